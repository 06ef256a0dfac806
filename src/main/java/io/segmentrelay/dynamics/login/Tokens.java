package io.segmentrelay.dynamics.login;

import io.smallrye.mutiny.Uni;

import io.segmentrelay.dynamics.DynamicsException;

/** Where the calls get their bearer tokens. Both fail with {@link DynamicsException}s only. */
public interface Tokens {

    /** A token that is valid for now. */
    Uni<String> get();

    /**
     * A token other than this one.
     *
     * @param stale a token that Dynamics did not accept
     */
    Uni<String> fresh(String stale);
}
