package io.segmentrelay.dynamics.members;

import java.util.Optional;

import io.smallrye.mutiny.Uni;

import io.segmentrelay.dynamics.DynamicsException;
import io.segmentrelay.dynamics.MemberList;
import io.segmentrelay.http.HttpAnswer;

/** The one call whose answer may be of any size. */
@FunctionalInterface
public interface MembersCall {

    /**
     * Asks for the members.
     *
     * @param authorization the header
     * @param body the JSON to send
     * @return any answer, whatever its status; fails with a {@link DynamicsException} where there is none, or where its
     *     members cannot be read
     */
    Uni<Listing> list(String authorization, byte[] body);

    /**
     * An answer.
     *
     * @param answer without the body where it was a member list
     * @param members what it was
     */
    record Listing(HttpAnswer answer, Optional<MemberList> members) {}
}
