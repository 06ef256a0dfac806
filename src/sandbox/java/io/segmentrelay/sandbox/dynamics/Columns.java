package io.segmentrelay.sandbox.dynamics;

import java.util.Set;

/** The columns of both tables, as far as they are published. */
final class Columns {

    static final Set<String> COMPUTATION =
            Set.of("msdynmkt_computationstatus", "msdynmkt_computationstartedon", "msdynmkt_computationfinishedon");

    static final Set<String> DEFINITION = Set.of(
            "msdynmkt_segmentdefinitionid",
            "msdynmkt_name",
            "msdynmkt_segmentquery",
            "statecode",
            "statuscode",
            "msdynmkt_includedmembers",
            "msdynmkt_excludedmembers",
            "msdynmkt_staticlistmembers",
            "msdynmkt_disablesegmentrefresh",
            "msdynmkt_segmentrefreshintervalminutes",
            "msdynmkt_sourcesegmentcreatedon",
            "msdynmkt_sourcesegmentcreatedby",
            "msdynmkt_stoprefreshafter",
            "msdynmkt_timezonecode",
            "createdon",
            "modifiedon",
            "msdynmkt_computationstatus",
            "msdynmkt_computationstartedon",
            "msdynmkt_computationfinishedon");

    /** Of a definition, those of listed members as of 2022. */
    static final Set<String> INLINE_MEMBERS = Set.of("msdynmkt_includedmembers", "msdynmkt_excludedmembers");

    /** The same as of 2025. */
    static final Set<String> GROUPED_MEMBERS = Set.of("msdynmkt_staticlistmembers");

    static final Set<String> SEGMENT = Set.of(
            "msdynmkt_segmentid",
            "msdynmkt_displayname",
            "msdynmkt_description",
            "msdynmkt_type",
            "msdynmkt_source",
            "msdynmkt_scope",
            "msdynmkt_baseentitylogicalname",
            "msdynmkt_cdmpartitionprimarykeycolumn",
            "msdynmkt_sourcesegmentuid",
            "msdynmkt_membercount",
            "statecode",
            "statuscode",
            "createdon",
            "modifiedon");

    private Columns() {}
}
