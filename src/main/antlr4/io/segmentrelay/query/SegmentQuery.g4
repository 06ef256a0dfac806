/**
 * The query language of segments, as "Segment Query definition" (Dynamics 365 Marketing Developer Guide) publishes it,
 * with what real-time organizations take and people write: RELATE and RELATEOPTIONAL, MINUS, IN, INTERACTION, aliases of
 * profiles, text functions written as calls; neither AND, OR nor double quotes. The lexer takes any text: what is no part of
 * the language is a token that no rule of the parser has, so that it can be said what was meant.
 */
grammar SegmentQuery;

options { caseInsensitive = true; }

query: set EOF;

set
    : set '.' operator=(UNION | INTERSECT | EXCEPT | MINUS) '(' set ')' # called
    | set operator=(UNION | INTERSECT | EXCEPT | MINUS) set             # infix
    | '(' set ')'                                               # grouped
    | source ('.' step)*                                        # path
    ;

source
    : PROFILE '(' table=IDENTIFIER (',' as=IDENTIFIER)? ')'        # profile
    | SEGMENT '(' name=(IDENTIFIER | STRING | GUID) ')'            # segment
    | INTERACTION '(' kind=IDENTIFIER ',' person=IDENTIFIER ')'    # interaction
    ;

step
    : FILTER '(' condition ')'                                                                        # filter
    | TRAVERSE '(' relationship=IDENTIFIER (',' as=IDENTIFIER)? (',' FILTER '(' condition ')')? ')'   # traverse
    | related                                                                                         # relate
    | DISTINCT '(' ')'                                                                                # distinct
    | HAVING '(' aggregate=IDENTIFIER '(' ')' operator=('==' | '!=' | '>' | '>=' | '<' | '<=') number=NUMBER
        (',' unit=IDENTIFIER '(' span=NUMBER ')')? ')'                                                # having
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
    | operator=(CONTAINS | STARTSWITH | ENDSWITH) '(' left=value ',' right=value ')'    # textual
    | needle=value IN '[' list+=value (',' list+=value)* ']'                                   # among
    | '(' condition ')'                                                                 # groupedCondition
    ;

value
    : '-' value                                                           # negative
    | value operator=('*' | '/') value                                    # arithmetic
    | value operator=('+' | '-') value                                    # arithmetic
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

OPEN: '(';
CLOSE: ')';
OPEN_LIST: '[';
CLOSE_LIST: ']';
DOT: '.';
COMMA: ',';
DASH: '-';
PROFILE: 'PROFILE';
SEGMENT: 'SEGMENT';
INTERACTION: 'INTERACTION';
FILTER: 'FILTER';
TRAVERSE: 'TRAVERSE';
RELATE: 'RELATE';
RELATEOPTIONAL: 'RELATEOPTIONAL';
DISTINCT: 'DISTINCT';
HAVING: 'HAVING';
UNION: 'UNION';
INTERSECT: 'INTERSECT';
EXCEPT: 'EXCEPT';
MINUS: 'MINUS';
NOT: 'NOT';
ISNULL: 'ISNULL';
ISNOTNULL: 'ISNOTNULL';
CONTAINS: 'CONTAINS';
STARTSWITH: 'STARTSWITH';
ENDSWITH: 'ENDSWITH';
IN: 'IN';
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

// No part of the language.
UNENDED_STRING: '\'' ('\'\'' | '\\' . | ~['\\])*;
DOUBLE_QUOTED: '"' ~["]* '"';
SINGLE_EQUALS: '=';
UNEQUAL: '<>';
SINGLE_AND: '&';
SINGLE_OR: '|';
OTHER: .;

fragment HEX4: [0-9a-f] [0-9a-f] [0-9a-f] [0-9a-f];
fragment HEX8: HEX4 HEX4;
