package io.strata.runtime.spec;

import io.strata.runtime.errors.EngineException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Finds users and groups in a container's root as Docker does: {@code user[:group]}, names or numbers. */
final class Users {
    private static final long MOST = Integer.MAX_VALUE;

    /** In effect are {@code gid} and {@code groups}; the primary group is among the latter too (CVE-2022-36109). */
    record User(long uid, long gid, List<Long> groups) {}

    private record Account(String name, long uid, long gid) {}

    private record Group(String name, long gid, List<String> members) {}

    private final RootFiles files;

    Users(RootFiles files) {
        this.files = files;
    }

    /**
     * @param text       empty for root
     * @param additional names or numbers of further groups
     * @throws EngineException.InvalidInput with Docker's words for one that is not there or out of range
     */
    User find(String text, List<String> additional) throws IOException {
        int colon = text.indexOf(':');
        String user = colon < 0 ? text : text.substring(0, colon);
        String group = colon < 0 ? "" : text.substring(colon + 1);
        Optional<Long> userNumber = number(user);
        Optional<Long> groupNumber = number(group);
        Optional<Account> account = account(user, userNumber);
        if (account.isEmpty() && !user.isEmpty() && userNumber.isEmpty()) {
            throw new EngineException.InvalidInput(
                    "unable to find user " + user + ": no matching entries in passwd file");
        }
        long uid = account.map(Account::uid).or(() -> userNumber).orElse(0L);
        long gid = account.map(Account::gid).orElse(0L);
        List<Long> supplementary = new ArrayList<>();
        if (!group.isEmpty()) {
            gid = groupId(group, groupNumber);
        } else if (account.isPresent()) {
            String name = account.get().name();
            groups().stream()
                    .filter(g -> g.members().contains(name))
                    .map(Group::gid)
                    .forEach(supplementary::add);
        }
        for (String name : additional) {
            supplementary.add(groupId(name, number(name)));
        }
        Set<Long> groups = new LinkedHashSet<>(List.of(gid));
        groups.addAll(supplementary);
        inRange(uid);
        groups.forEach(Users::inRange);
        return new User(uid, gid, List.copyOf(groups));
    }

    private Optional<Account> account(String user, Optional<Long> number) throws IOException {
        Predicate<Account> matches = user.isEmpty()
                ? account -> account.uid() == 0
                : account -> number.isPresent()
                        ? account.uid() == number.get()
                        : account.name().equals(user);
        return accounts().filter(matches).findFirst();
    }

    private long groupId(String group, Optional<Long> number) throws IOException {
        Optional<Long> found = groups().stream()
                .filter(g ->
                        number.isPresent() ? g.gid() == number.get() : g.name().equals(group))
                .map(Group::gid)
                .findFirst();
        return found.or(() -> number)
                .orElseThrow(() -> new EngineException.InvalidInput(
                        "unable to find group " + group + ": no matching entries in group file"));
    }

    /** Numbers are never looked up as names. */
    private static Optional<Long> number(String text) {
        if (!text.matches("[+-]?[0-9]+")) {
            return Optional.empty();
        }
        if (text.length() > 12) {
            throw outOfRange();
        }
        long number = Long.parseLong(text);
        inRange(number);
        return Optional.of(number);
    }

    private static void inRange(long id) {
        if (id < 0 || id > MOST) {
            throw outOfRange();
        }
    }

    private static EngineException.InvalidInput outOfRange() {
        return new EngineException.InvalidInput("uids and gids must be in range 0-" + MOST);
    }

    private Stream<Account> accounts() throws IOException {
        return lines("/etc/passwd")
                .filter(fields -> fields.length >= 4)
                .map(fields -> new Account(fields[0], id(fields[2]), id(fields[3])));
    }

    private List<Group> groups() throws IOException {
        return lines("/etc/group")
                .filter(fields -> fields.length >= 3)
                .map(fields -> new Group(
                        fields[0], id(fields[2]), fields.length > 3 ? Arrays.asList(fields[3].split(",")) : List.of()))
                .toList();
    }

    private Stream<String[]> lines(String file) throws IOException {
        return files.read(file)
                .orElse("")
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .map(line -> line.split(":", -1));
    }

    /** What is no number makes the entry one that nobody can have. */
    private static long id(String text) {
        return text.matches("[0-9]{1,12}") ? Long.parseLong(text) : -1;
    }
}
