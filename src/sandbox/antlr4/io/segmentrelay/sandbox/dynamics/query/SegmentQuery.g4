/**
 * The query language of segments, as "Segment Query definition" (Dynamics 365 Marketing Developer Guide) publishes it,
 * with what real-time organizations take: RELATE and RELATEOPTIONAL; neither AND, OR nor double quotes.
 */
grammar SegmentQuery;

options { caseInsensitive = true; }

query: set EOF;

set
    : set '.' operator=(UNION | INTERSECT | EXCEPT) '(' set ')' # called
    | set operator=(UNION | INTERSECT | EXCEPT) set             # infix
    | '(' set ')'                                               # grouped
    | source ('.' step)*                                        # path
    ;

source
    : PROFILE '(' table=IDENTIFIER ')'                     # profile
    | SEGMENT '(' name=(IDENTIFIER | STRING | GUID) ')'    # segment
    ;

step
    : FILTER '(' condition ')'                                                  # filter
    | TRAVERSE '(' relationship=IDENTIFIER (',' FILTER '(' condition ')')? ')'  # traverse
    | related                                                                   # relate
    | DISTINCT '(' ')'                                                          # distinct
    ;

related
    : kind=(RELATE | RELATEOPTIONAL) '(' relationship=IDENTIFIER (',' alias)? (',' related)? ')'
    ;

alias: (prefix=IDENTIFIER '.')? name=IDENTIFIER;

condition
    : NOT '(' condition ')'                                                             # not
    | condition '&&' condition                                                          # and
    | condition '||' condition                                                          # or
    | kind=(ISNULL | ISNOTNULL) '(' value ')'                                           # nullness
    | left=value operator=('==' | '!=' | '>' | '>=' | '<' | '<=') right=value           # comparison
    | left=value operator=(CONTAINS | STARTSWITH | ENDSWITH) right=value                # textual
    | '(' condition ')'                                                                 # groupedCondition
    ;

value
    : value operator=('*' | '/') value                                    # arithmetic
    | value operator=('+' | '-') value                                    # arithmetic
    | '-' value                                                           # negative
    | '(' value ')'                                                       # groupedValue
    | DATEDIFF '(' part=IDENTIFIER ',' from=value ',' to=value ')'        # dateDiff
    | DATEADD '(' part=IDENTIFIER ',' number=value ',' to=value ')'       # dateAdd
    | DATE '(' value (',' value)* ')'                                     # date
    | DATETIMEUTCNOW '(' ')'                                              # now
    | STRING                                                              # text
    | NUMBER                                                              # number
    | (TRUE | FALSE)                                                      # truth
    | (of=IDENTIFIER '.')? name=IDENTIFIER                                # property
    ;

PROFILE: 'PROFILE';
SEGMENT: 'SEGMENT';
FILTER: 'FILTER';
TRAVERSE: 'TRAVERSE';
RELATE: 'RELATE';
RELATEOPTIONAL: 'RELATEOPTIONAL';
DISTINCT: 'DISTINCT';
UNION: 'UNION';
INTERSECT: 'INTERSECT';
EXCEPT: 'EXCEPT';
NOT: 'NOT';
ISNULL: 'ISNULL';
ISNOTNULL: 'ISNOTNULL';
CONTAINS: 'CONTAINS';
STARTSWITH: 'STARTSWITH';
ENDSWITH: 'ENDSWITH';
DATEDIFF: 'DATEDIFF';
DATEADD: 'DATEADD';
DATE: 'DATE';
DATETIMEUTCNOW: 'DATETIMEUTCNOW';
TRUE: 'TRUE';
FALSE: 'FALSE';
// Refused by real-time organizations: words of their own, so that they are nobody's attribute.
AND: 'AND';
OR: 'OR';

GUID: HEX8 '-' HEX4 '-' HEX4 '-' HEX4 '-' HEX8 HEX4;
NUMBER: [0-9]+ ('.' [0-9]+)?;
IDENTIFIER: [\p{L}_] [\p{L}\p{N}_]*;
STRING: '\'' ('\'\'' | '\\' . | ~['\\])* '\'';
SPACE: [\p{White_Space}]+ -> skip;

fragment HEX4: [0-9a-f] [0-9a-f] [0-9a-f] [0-9a-f];
fragment HEX8: HEX4 HEX4;
