package io.segmentrelay.dynamics.members;

import java.util.Optional;
import java.util.OptionalLong;

import org.jspecify.annotations.Nullable;

import io.segmentrelay.dynamics.MemberList;
import io.segmentrelay.dynamics.MemberSet;

/**
 * The JSON inside {@code ResultText}. The first thing that is wrong is kept, and what follows it ignored: whether the
 * outer text is whole decides first. Not thread-safe.
 */
final class ResultTextReader implements JsonTokens.Handler {

    private enum Inside {
        NOTHING,
        NAME,
        MEMBER,
        PRIMARY_KEY
    }

    private final int maxMembers;
    private final MemberSet.Builder members = new MemberSet.Builder();
    private final GuidReader guids = new GuidReader(members::add);
    private final BoundedText text = new BoundedText();
    private int depth;
    private boolean membersSeen;
    private boolean inMembers;
    private Inside inside = Inside.NOTHING;
    private @Nullable String key;
    private @Nullable String primaryKeyColumn;
    private OptionalLong totalCount = OptionalLong.empty();
    private @Nullable String problem;

    ResultTextReader(int maxMembers) {
        this.maxMembers = maxMembers;
    }

    /** What is wrong, without any of the content; null where nothing is, so far. */
    @Nullable
    String problem() {
        return problem;
    }

    /** The text has ended. */
    void finish() {
        if (!membersSeen) {
            found("ResultText has no members");
        }
    }

    /** What was read; sorts the members, so do it where a few 100 ms do no harm. */
    MemberList toMemberList() {
        var listed = members.size();
        return new MemberList(members.build(), Optional.ofNullable(primaryKeyColumn), totalCount, listed);
    }

    /** Whether it is among the members, and not in one of them. */
    boolean isInMembers() {
        return inMembers && depth == 2 && inside == Inside.NOTHING;
    }

    /** How many more members there may be. */
    int room() {
        return Math.max(0, maxMembers - members.size());
    }

    /** One more member, which was read elsewhere. */
    void add(long high, long low) {
        members.add(high, low);
    }

    @Override
    public void begin(boolean array) {
        if (depth == 0 && array) {
            found("ResultText is no object");
        } else if (inMembers) {
            found("a member is no text");
        } else if (atMembers()) {
            membersBegin();
            inMembers = array;
            if (!array) {
                found("members is no list");
            }
        }
        depth++;
    }

    @Override
    public void end() {
        depth--;
        if (depth == 1) {
            inMembers = false;
        }
    }

    @Override
    public void beginString(boolean isKey) {
        text.clear();
        if (isKey) {
            inside = depth == 1 ? Inside.NAME : Inside.NOTHING;
        } else if (inMembers) {
            inside = Inside.MEMBER;
        } else if (depth == 1 && "primaryKeyColumnName".equals(key)) {
            inside = Inside.PRIMARY_KEY;
        } else {
            inside = Inside.NOTHING;
            if (atMembers()) {
                found("members is no list");
            } else if (depth == 0) {
                found("ResultText is no object");
            }
        }
    }

    @Override
    public void character(char c) {
        switch (inside) {
            case MEMBER -> member(guids.feed(c));
            case NAME, PRIMARY_KEY -> text.add(c);
            case NOTHING -> {}
        }
    }

    @Override
    public void endString() {
        switch (inside) {
            case MEMBER -> member(guids.end());
            case NAME -> key = text.get();
            case PRIMARY_KEY -> primaryKeyColumn = text.get();
            case NOTHING -> {}
        }
        inside = Inside.NOTHING;
    }

    @Override
    public void scalar(String value) {
        if (inMembers) {
            found("a member is no text");
        } else if (atMembers()) {
            membersBegin();
            if (!value.equals("null")) {
                found("members is no list");
            }
        } else if (depth == 1 && "totalCount".equals(key)) {
            // Nothing depends on a count that is none: it is left out.
            totalCount = value.matches("[0-9]{1,18}") ? OptionalLong.of(Long.parseLong(value)) : OptionalLong.empty();
        } else if (depth == 0) {
            found("ResultText is no object");
        }
    }

    private void membersBegin() {
        if (membersSeen) {
            found("members comes twice");
        }
        membersSeen = true;
    }

    private boolean atMembers() {
        return depth == 1 && "members".equals(key);
    }

    private void member(boolean readable) {
        if (!readable) {
            found("member %d is no GUID".formatted(members.size() + 1));
            guids.reset();
        } else if (members.size() > maxMembers) {
            found("more than %d members".formatted(maxMembers));
        }
    }

    private void found(String what) {
        if (problem == null) {
            problem = what;
        }
    }
}
