// Lucene's side of the benchmark: java -cp JARS benchmarks/engines/Lucene.java DIRECTORY.
// Answers the same requests as worker.py, one JSON object a line. The requests come from
// this repository only, so a few lines read their JSON.

import java.io.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.util.*;
import org.apache.lucene.analysis.*;
import org.apache.lucene.analysis.core.WhitespaceTokenizer;
import org.apache.lucene.document.*;
import org.apache.lucene.index.*;
import org.apache.lucene.search.*;
import org.apache.lucene.store.*;
import org.apache.lucene.util.BytesRef;

public class Lucene {
    static final List<String[]> pairs = new ArrayList<>();
    static IndexSearcher searcher;

    public static void main(String[] args) throws Exception {
        Path directory = Paths.get(args[0]);
        PrintStream answers = new PrintStream(System.out, true, "UTF-8");
        System.setOut(System.err);
        var requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line; (line = requests.readLine()) != null; ) {
            long started = System.nanoTime();
            Map<String, Object> request = new Json(line).object();
            String op = (String) request.get("op");
            if (op.equals("query")) {
                answers.println(measure(request));
                continue;
            }
            if (op.equals("memory")) {
                answers.println("{\"bytes\": " + privateBytes() + "}");
                continue;
            }
            if (op.equals("build")) build(Paths.get((String) request.get("rows")), directory);
            if (op.equals("open")) open(directory);
            answers.println("{\"seconds\": " + (System.nanoTime() - started) / 1e9 + "}");
        }
    }

    static Analyzer spaces() {
        return new Analyzer() {
            @Override
            protected TokenStreamComponents createComponents(String field) {
                return new TokenStreamComponents(new WhitespaceTokenizer(8192));
            }
        };
    }

    static void build(Path rows, Path directory) throws IOException {
        var config = new IndexWriterConfig(spaces()).setRAMBufferSizeMB(1024);
        FieldType words = new FieldType();
        words.setIndexOptions(IndexOptions.DOCS_AND_FREQS);
        FieldType characters = new FieldType();
        characters.setIndexOptions(IndexOptions.DOCS_AND_FREQS_AND_POSITIONS);
        characters.setOmitNorms(true);
        Map<String, Integer> numbers = new LinkedHashMap<>();
        try (var writer = new IndexWriter(FSDirectory.open(directory), config);
                var reader = Files.newBufferedReader(rows)) {
            for (String line; (line = reader.readLine()) != null; ) {
                String[] row = line.split("\t", -1);
                int pair = numbers.computeIfAbsent(row[0] + "\t" + row[1], key -> numbers.size());
                var spaced = new StringBuilder();
                row[3].codePoints().forEach(c -> spaced.appendCodePoint(c).append(' '));
                var document = new org.apache.lucene.document.Document();
                document.add(new Field("words", row[2], words));
                document.add(new Field("chars", spaced.toString(), characters));
                document.add(new NumericDocValuesField("pair", pair));
                document.add(new StoredField("own", row[4]));
                writer.addDocument(document);
            }
            writer.forceMerge(1);
        }
        Files.write(directory.resolve("pairs.tsv"), numbers.keySet());
    }

    static void open(Path directory) throws IOException {
        searcher = new IndexSearcher(DirectoryReader.open(FSDirectory.open(directory)));
        searcher.setQueryCache(null);
        for (String line : Files.readAllLines(directory.resolve("pairs.tsv")))
            pairs.add(line.split("\t", -1));
    }

    static Query query(Map<String, Object> request) {
        if (request.get("kind").equals("literal")) {
            int[] text = ((String) request.get("text")).codePoints().toArray();
            var phrase = new PhraseQuery.Builder();
            for (int c : text) phrase.add(new Term("chars", Character.toString(c)));
            return new ConstantScoreQuery(
                    text.length == 1
                            ? new TermQuery(new Term("chars", Character.toString(text[0])))
                            : phrase.build());
        }
        var all = new BooleanQuery.Builder();
        List<?> words = (List<?>) request.get("words");
        for (Object word : words)
            all.add(new TermQuery(new Term("words", (String) word)), BooleanClause.Occur.MUST);
        return words.size() == 1 ? all.build().clauses().get(0).getQuery() : all.build();
    }

    /** Counts all hits per (district, year) pair. */
    static class Counter extends SimpleCollector {
        final int[] counts = new int[pairs.size()];
        NumericDocValues values;

        @Override
        protected void doSetNextReader(LeafReaderContext context) throws IOException {
            values = context.reader().getNumericDocValues("pair");
        }

        @Override
        public void collect(int document) throws IOException {
            values.advanceExact(document);
            counts[(int) values.longValue()]++;
        }

        @Override
        public ScoreMode scoreMode() {
            return ScoreMode.COMPLETE_NO_SCORES;
        }
    }

    static String measure(Map<String, Object> request) throws IOException {
        Query query = query(request);
        int repeats = ((Number) request.get("repeats")).intValue();
        double budget = ((Number) request.get("budget")).doubleValue();
        double best = Double.MAX_VALUE, spent = 0;
        TopDocs found = null;
        Counter counter = null;
        for (int n = 0; n < repeats && spent <= budget; n++) {
            long started = System.nanoTime();
            counter = new Counter();
            var top = TopScoreDocCollector.create(10, Integer.MAX_VALUE);
            searcher.search(query, MultiCollector.wrap(top, counter));
            found = top.topDocs();
            double seconds = (System.nanoTime() - started) / 1e9;
            best = Math.min(best, seconds);
            spent += seconds;
        }
        Map<String, Integer> district = new TreeMap<>(), year = new TreeMap<>();
        for (int n = 0; n < pairs.size(); n++) {
            if (counter.counts[n] == 0) continue;
            district.merge(pairs.get(n)[0], counter.counts[n], Integer::sum);
            year.merge(pairs.get(n)[1], counter.counts[n], Integer::sum);
        }
        return "{\"seconds\": " + best + ", \"way\": 0, \"total\": " + found.totalHits.value
                + ", \"district\": " + json(district) + ", \"year\": " + json(year) + "}";
    }

    static String json(Map<String, Integer> counts) {
        var parts = new ArrayList<String>();
        counts.forEach((value, count) -> parts.add("\"" + value + "\": " + count));
        return "{" + String.join(", ", parts) + "}";
    }

    static long privateBytes() throws IOException {
        long total = 0;
        for (String line : Files.readAllLines(Paths.get("/proc/self/smaps_rollup")))
            if (line.startsWith("Private_Dirty")) total += Long.parseLong(line.split("\\s+")[1]);
        return 1024 * total;
    }

    /** Reads an object of strings, numbers and lists of strings. */
    static class Json {
        final String text;
        int at = 0;

        Json(String text) {
            this.text = text;
        }

        char next() {
            while (" ,:\t".indexOf(text.charAt(at)) >= 0) at++;
            return text.charAt(at);
        }

        Map<String, Object> object() {
            Map<String, Object> result = new HashMap<>();
            for (at++; next() != '}'; ) result.put(string(), value());
            return result;
        }

        Object value() {
            char first = next();
            if (first == '"') return string();
            if (first == '[') {
                List<String> list = new ArrayList<>();
                for (at++; next() != ']'; ) list.add(string());
                at++;
                return list;
            }
            int start = at;
            while (",}]".indexOf(text.charAt(at)) < 0) at++;
            return Double.valueOf(text.substring(start, at));
        }

        String string() {
            next();
            var result = new StringBuilder();
            for (at++; text.charAt(at) != '"'; at++) {
                if (text.charAt(at) != '\\') {
                    result.append(text.charAt(at));
                } else if (text.charAt(++at) == 'u') {
                    result.append((char) Integer.parseInt(text.substring(at + 1, at + 5), 16));
                    at += 4;
                } else {
                    int place = "nrtbf".indexOf(text.charAt(at));
                    result.append(place < 0 ? text.charAt(at) : "\n\r\t\b\f".charAt(place));
                }
            }
            at++;
            return result.toString();
        }
    }
}
