package io.segmentrelay.dynamics;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * The answer of {@code msdynmkt_MembersList}.
 *
 * @param members all of them
 * @param primaryKeyColumn as the server names it; absent where it does not
 * @param totalCount as the server counts them; absent where it does not
 */
public record MemberList(MemberSet members, Optional<String> primaryKeyColumn, OptionalLong totalCount) {}
