package io.segmentrelay.sandbox.dynamics;

import java.util.Optional;
import java.util.UUID;

/** Deletes rows of both tables. */
final class Deletes {

    private final Organization organization;
    private final SimulatorSettings settings;

    Deletes(Organization organization, SimulatorSettings settings) {
        this.organization = organization;
        this.settings = settings;
    }

    Reply definition(Route route) {
        return route.key()
                .map(id -> refused(
                                "msdynmkt_segmentdefinition",
                                id,
                                organization.definition(id).isPresent())
                        .orElseGet(() -> {
                            organization.deleteDefinition(id);
                            return Reply.empty(204);
                        }))
                .orElseGet(Deletes::noKey);
    }

    Reply segment(Route route) {
        return route.key()
                .map(id -> refused(
                                "msdynmkt_segment", id, organization.segment(id).isPresent())
                        .orElseGet(() -> {
                            organization.deleteSegment(id);
                            return Reply.empty(204);
                        }))
                .orElseGet(Deletes::noKey);
    }

    private Optional<Reply> refused(String table, UUID id, boolean isThere) {
        if (!settings.deletePrivilege()) {
            return Optional.of(Reply.error(
                    403,
                    "0x80040220",
                    "Principal user is missing prvDelete%s privilege on OTC=10422.".formatted(table)));
        }
        if (!isThere) {
            return Optional.of(
                    Reply.error(404, "0x80040217", "Entity '%s' With Id = %s Does Not Exist".formatted(table, id)));
        }
        if (organization.isUsed(id)) {
            return Optional.of(Reply.error(
                    settings.usedStatus(),
                    "0x80040265",
                    "The segment cannot be deleted: the live journey 'Welcome' uses it. Stop the journey first."));
        }
        return Optional.empty();
    }

    private static Reply noKey() {
        return Reply.error(405, "0x80060884", "The requested resource does not support http method 'DELETE'.");
    }
}
