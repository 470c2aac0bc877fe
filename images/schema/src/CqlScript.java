import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/** One migration: a file of CQL statements that are safe to repeat. Needs nothing but Java; `java CqlScript.java FILE` prints its statements. */
public final class CqlScript {
    /** DDL isn't transactional: a file that broke off in the middle runs again from its start, so every statement must allow that. */
    private static final Pattern UNSAFE = Pattern.compile(
        "^(CREATE\\s+(KEYSPACE|TABLE|TYPE|INDEX|CUSTOM\\s+INDEX|ROLE|USER|FUNCTION|AGGREGATE)\\s+(?!IF\\s+NOT\\s+EXISTS\\b)"
            + "|DROP\\s+(KEYSPACE|TABLE|TYPE|INDEX|ROLE|USER|FUNCTION|AGGREGATE)\\s+(?!IF\\s+EXISTS\\b)"
            + "|ALTER\\s+TABLE\\s+\\S+\\s+ADD\\s+(?!IF\\s+NOT\\s+EXISTS\\b)"
            + "|ALTER\\s+TABLE\\s+\\S+\\s+(DROP|RENAME)\\s+(?!IF\\s+EXISTS\\b)).*",
        Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    final String id;
    final String checksum;
    final List<String> statements;

    private CqlScript(String id, String checksum, List<String> statements) {
        this.id = id;
        this.checksum = checksum;
        this.statements = statements;
    }

    /** The id is the file's name without `.cql`; the checksum is over the file as it is written, whatever it is filled in with. */
    static CqlScript read(Path file) throws Exception {
        byte[] bytes = Files.readAllBytes(file);
        String checksum = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        String id = file.getFileName().toString().replaceFirst("\\.cql$", "");
        List<String> statements = split(new String(bytes, StandardCharsets.UTF_8));
        for (String statement : statements) {
            if (UNSAFE.matcher(statement).matches()) {
                throw new IllegalArgumentException(file + ": a statement can't be repeated\n  given    " + firstLine(statement)
                    + "\n  allowed  CREATE ... IF NOT EXISTS, DROP ... IF EXISTS, ALTER TABLE ... ADD IF NOT EXISTS"
                    + "\n  do       add the IF clause: a migration that broke off runs again from its first statement");
            }
        }
        return new CqlScript(id, checksum, statements);
    }

    /** Statements between semicolons, without comments; both are left alone inside 'text', "names" and $$ text $$. */
    static List<String> split(String text) {
        List<String> statements = new ArrayList<>();
        StringBuilder current = new StringBuilder();
        for (int i = 0; i < text.length(); ) {
            int end = quotedEnd(text, i);
            if (end > i) {
                current.append(text, i, end);
                i = end;
            } else if (text.startsWith("--", i) || text.startsWith("//", i)) {
                i = orEnd(text, text.indexOf('\n', i));
            } else if (text.startsWith("/*", i)) {
                int close = text.indexOf("*/", i + 2);
                i = close < 0 ? text.length() : close + 2;
            } else if (text.charAt(i) == ';') {
                add(statements, current);
                i++;
            } else {
                current.append(text.charAt(i++));
            }
        }
        add(statements, current);
        return statements;
    }

    private static int quotedEnd(String text, int start) {
        for (String quote : new String[] {"'", "\"", "$$"}) {
            if (text.startsWith(quote, start)) {
                int close = text.indexOf(quote, start + quote.length());
                return close < 0 ? text.length() : close + quote.length();
            }
        }
        return start;
    }

    private static int orEnd(String text, int index) {
        return index < 0 ? text.length() : index;
    }

    private static void add(List<String> statements, StringBuilder current) {
        String statement = current.toString().strip();
        if (!statement.isEmpty()) statements.add(statement);
        current.setLength(0);
    }

    static String firstLine(String statement) {
        return statement.lines().findFirst().orElse("").strip();
    }

    public static void main(String[] files) throws Exception {
        for (String file : files) {
            CqlScript script = read(Path.of(file));
            System.out.println(script.id + " " + script.checksum);
            for (String statement : script.statements) System.out.println("  " + statement.replaceAll("\\s+", " "));
        }
    }
}
