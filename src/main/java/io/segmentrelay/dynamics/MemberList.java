package io.segmentrelay.dynamics;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * The answer of {@code msdynmkt_MembersList}.
 *
 * @param members all of them, each once
 * @param primaryKeyColumn as the server names it; absent where it does not
 * @param totalCount as the server counts them; absent where it does not
 * @param listed how many the list held, repeats counted too
 */
public record MemberList(MemberSet members, Optional<String> primaryKeyColumn, OptionalLong totalCount, long listed) {

    /** A list that names nobody twice. */
    public MemberList(MemberSet members, Optional<String> primaryKeyColumn, OptionalLong totalCount) {
        this(members, primaryKeyColumn, totalCount, members.size());
    }

    /** Whether the server counts more members than it listed. */
    public boolean isIncomplete() {
        return totalCount.orElse(0) > listed;
    }
}
