import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.jena.atlas.web.AcceptList;
import org.apache.jena.atlas.web.MediaType;
import org.apache.jena.graph.Node;
import org.apache.jena.graph.NodeFactory;
import org.apache.jena.query.Query;
import org.apache.jena.query.QueryCancelledException;
import org.apache.jena.query.QueryException;
import org.apache.jena.query.QueryExecution;
import org.apache.jena.query.QueryFactory;
import org.apache.jena.query.Syntax;
import org.apache.jena.query.TxnType;
import org.apache.jena.query.Dataset;
import org.apache.jena.rdf.model.Model;
import org.apache.jena.riot.Lang;
import org.apache.jena.riot.RDFDataMgr;
import org.apache.jena.riot.RDFLanguages;
import org.apache.jena.riot.RDFParser;
import org.apache.jena.riot.RiotException;
import org.apache.jena.riot.resultset.ResultSetLang;
import org.apache.jena.riot.system.StreamRDFLib;
import org.apache.jena.sparql.core.DatasetDescription;
import org.apache.jena.sparql.core.DynamicDatasets;
import org.apache.jena.sparql.core.DatasetGraph;
import org.apache.jena.sparql.core.Quad;
import org.apache.jena.sparql.modify.UsingList;
import org.apache.jena.sparql.resultset.ResultsWriter;
import org.apache.jena.tdb2.TDB2;
import org.apache.jena.tdb2.TDB2Factory;
import org.apache.jena.update.UpdateAction;

/**
 * Apache Jena (TDB2, in memory) behind HTTP: the SPARQL 1.1 Protocol at /query and /update, the Graph Store HTTP
 * Protocol at /store. A request is one transaction; readers see the state before it or after it.
 *
 * Environment: UNION=true makes the default graph of queries the union of the named graphs; AUTHORIZATION is what
 * requests must have in that header. The port is chosen by the system and told on stdout.
 */
public final class JenaServer {
  private static final boolean UNION = "true".equals(System.getenv("UNION"));
  private static final String AUTHORIZATION = System.getenv("AUTHORIZATION");

  private static final Map<String, Lang> ROWS = langs(
      ResultSetLang.RS_JSON, ResultSetLang.RS_XML, ResultSetLang.RS_CSV, ResultSetLang.RS_TSV);
  // Not JSON-LD: Debian's packages lack a part of what writes it.
  private static final Map<String, Lang> GRAPHS = langs(
      Lang.TURTLE, Lang.NTRIPLES, Lang.RDFXML);

  private final Dataset dataset = TDB2Factory.createDataset();
  private final DatasetGraph graphs = dataset.asDatasetGraph();

  /** A request that cannot be answered, with its status. */
  private static final class Fault extends RuntimeException {
    final int status;

    Fault(int status, String message) {
      super(message);
      this.status = status;
    }
  }

  /** Writes a body. */
  private interface Body {
    void writeTo(OutputStream out);
  }

  private interface Handler {
    void handle(HttpExchange exchange) throws IOException;
  }

  public static void main(String[] args) throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    var jena = new JenaServer();
    server.setExecutor(Executors.newCachedThreadPool());
    server.createContext("/query", guarded(jena::query));
    server.createContext("/update", guarded(jena::update));
    server.createContext("/store", guarded(jena::store));
    // What is asked first takes a second of loading classes: not in the time of a test.
    jena.warmUp("SELECT * { ?s ?p ?o } LIMIT 1");
    server.start();
    System.out.println("listening on " + server.getAddress().getPort());
  }

  private void warmUp(String query) {
    dataset.executeRead(() -> {
      try (var execution = QueryExecution.create().dataset(dataset).query(query).build()) {
        ResultsWriter.create().lang(ResultSetLang.RS_JSON).write(OutputStream.nullOutputStream(), execution.execSelect());
      }
    });
  }

  private static com.sun.net.httpserver.HttpHandler guarded(Handler handler) {
    return exchange -> {
      try {
        if (AUTHORIZATION != null && !AUTHORIZATION.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
          exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"jena\"");
          throw new Fault(401, "Say who you are.");
        }
        handler.handle(exchange);
      } catch (Fault fault) {
        sendText(exchange, fault.status, fault.getMessage());
      } catch (QueryCancelledException late) {
        sendText(exchange, 503, "The query took too long.");
      } catch (QueryException | RiotException wrong) {
        sendText(exchange, 400, String.valueOf(wrong.getMessage()));
      } catch (RuntimeException other) {
        sendText(exchange, 500, String.valueOf(other));
      }
    };
  }

  private void query(HttpExchange exchange) throws IOException {
    var parameters = parameters(exchange);
    String text = isType(exchange, "application/sparql-query")
        ? new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)
        : only(parameters, "query");
    if (text == null) throw new Fault(400, "There is no query.");
    Query query = QueryFactory.create(text);
    var defaults = parameters.getOrDefault("default-graph-uri", List.of());
    var named = parameters.getOrDefault("named-graph-uri", List.of());
    if (!defaults.isEmpty() || !named.isEmpty()) {
      // What the request says wins over what the query says (SPARQL 1.1 Protocol, section 2.1.4).
      query.getGraphURIs().clear();
      query.getNamedGraphURIs().clear();
      defaults.forEach(query::addGraphURI);
      named.forEach(query::addNamedGraphURI);
    }
    var accept = exchange.getRequestHeaders().getFirst("Accept");
    boolean rows = query.isSelectType() || query.isAskType();
    Lang lang = choose(accept, rows ? ROWS : GRAPHS);
    dataset.begin(TxnType.READ);
    // As Fuseki does it: TDB2 itself takes the union of all graphs also where a query chooses its graphs.
    boolean chosen = query.hasDatasetDescription();
    var asked = chosen
        ? DynamicDatasets.dynamicDataset(DatasetDescription.create(query), dataset, false)
        : dataset;
    if (chosen) {
      query.getGraphURIs().clear();
      query.getNamedGraphURIs().clear();
    }
    var builder = QueryExecution.create().dataset(asked).query(query).set(TDB2.symUnionDefaultGraph, UNION && !chosen);
    String seconds = only(parameters, "timeout");
    if (seconds != null) builder.timeout((long) (1000 * Double.parseDouble(seconds)), TimeUnit.MILLISECONDS);
    try (var execution = builder.build()) {
      if (query.isAskType()) {
        boolean answer = execution.execAsk();
        send(exchange, lang, out -> ResultsWriter.create().lang(lang).write(out, answer));
      } else if (query.isSelectType()) {
        var found = execution.execSelect();
        // A time limit that has passed by now is an answer of its own, not one cut short.
        found.hasNext();
        send(exchange, lang, out -> ResultsWriter.create().lang(lang).write(out, found));
      } else {
        Model model = query.isConstructType() ? execution.execConstruct() : execution.execDescribe();
        send(exchange, lang, out -> RDFDataMgr.write(out, model, lang));
      }
    } finally {
      dataset.end();
    }
  }

  private void update(HttpExchange exchange) throws IOException {
    if (!"POST".equals(exchange.getRequestMethod())) throw new Fault(405, "Updates come by POST.");
    InputStream text = isType(exchange, "application/sparql-update")
        ? exchange.getRequestBody()
        : new ByteArrayInputStream(required(parameters(exchange), "update").getBytes(StandardCharsets.UTF_8));
    write(() -> UpdateAction.parseExecute(new UsingList(), graphs, text, "http://localhost/", Syntax.syntaxARQ));
    exchange.sendResponseHeaders(204, -1);
    exchange.close();
  }

  private void store(HttpExchange exchange) throws IOException {
    var parameters = parameters(exchange);
    boolean isDefault = parameters.containsKey("default");
    Node name = isDefault ? Quad.defaultGraphIRI : NodeFactory.createURI(required(parameters, "graph"));
    switch (exchange.getRequestMethod()) {
      case "GET", "HEAD" -> {
        Lang lang = choose(exchange.getRequestHeaders().getFirst("Accept"), GRAPHS);
        dataset.begin(TxnType.READ);
        try {
          if (!isDefault && !graphs.containsGraph(name)) throw new Fault(404, "There is no such graph.");
          send(exchange, lang, out -> RDFDataMgr.write(out, isDefault ? graphs.getDefaultGraph() : graphs.getGraph(name), lang));
        } finally {
          dataset.end();
        }
        return;
      }
      case "PUT", "POST" -> {
        Lang lang = RDFLanguages.contentTypeToLang(exchange.getRequestHeaders().getFirst("Content-Type"));
        if (lang == null) throw new Fault(415, "This media type is not known.");
        boolean[] isNew = {true};
        write(() -> {
          isNew[0] = !isDefault && !graphs.containsGraph(name);
          if ("PUT".equals(exchange.getRequestMethod())) graphs.deleteAny(name, Node.ANY, Node.ANY, Node.ANY);
          var graph = isDefault ? graphs.getDefaultGraph() : graphs.getGraph(name);
          RDFParser.source(exchange.getRequestBody()).lang(lang).base(isDefault ? "http://localhost/" : name.getURI()).parse(StreamRDFLib.graph(graph));
        });
        exchange.sendResponseHeaders(isNew[0] ? 201 : 204, -1);
      }
      case "DELETE" -> {
        write(() -> {
          if (!isDefault && !graphs.containsGraph(name)) throw new Fault(404, "There is no such graph.");
          graphs.deleteAny(name, Node.ANY, Node.ANY, Node.ANY);
        });
        exchange.sendResponseHeaders(204, -1);
      }
      default -> throw new Fault(405, "A graph store takes GET, HEAD, PUT, POST and DELETE.");
    }
    exchange.close();
  }

  private void write(Runnable change) {
    dataset.begin(TxnType.WRITE);
    try {
      change.run();
      dataset.commit();
    } catch (RuntimeException wrong) {
      dataset.abort();
      throw wrong;
    } finally {
      dataset.end();
    }
  }

  private static Map<String, Lang> langs(Lang... all) {
    var byType = new LinkedHashMap<String, Lang>();
    for (Lang lang : all) byType.put(lang.getHeaderString(), lang);
    return byType;
  }

  private static Lang choose(String accept, Map<String, Lang> offered) {
    if (accept == null) return offered.values().iterator().next();
    var offer = AcceptList.create(offered.keySet().toArray(String[]::new));
    MediaType type = AcceptList.match(new AcceptList(accept), offer);
    if (type == null) throw new Fault(406, "There is " + String.join(", ", offered.keySet()) + ".");
    return offered.get(type.getContentTypeStr());
  }

  private static void send(HttpExchange exchange, Lang lang, Body body) {
    try {
      exchange.getResponseHeaders().set("Content-Type", lang.getHeaderString() + "; charset=utf-8");
      exchange.getResponseHeaders().set("Vary", "Accept");
      boolean isHead = "HEAD".equals(exchange.getRequestMethod());
      exchange.sendResponseHeaders(200, isHead ? -1 : 0);
      if (!isHead) {
        OutputStream out = exchange.getResponseBody();
        body.writeTo(out);
        // Only now: closed after an error, an answer that was cut short would look whole.
        out.close();
      }
    } catch (IOException gone) {
      throw new IllegalStateException(gone);
    }
  }

  private static void sendText(HttpExchange exchange, int status, String text) throws IOException {
    // Begun already: let the connection break.
    if (exchange.getResponseCode() != -1) throw new IOException(text);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
    boolean isHead = "HEAD".equals(exchange.getRequestMethod());
    exchange.sendResponseHeaders(status, isHead ? -1 : bytes.length);
    if (!isHead) exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private static boolean isType(HttpExchange exchange, String mediaType) {
    String type = exchange.getRequestHeaders().getFirst("Content-Type");
    return type != null && type.split(";")[0].trim().equalsIgnoreCase(mediaType);
  }

  private static Map<String, List<String>> parameters(HttpExchange exchange) throws IOException {
    var all = new HashMap<String, List<String>>();
    String query = exchange.getRequestURI().getRawQuery();
    String body = isType(exchange, "application/x-www-form-urlencoded")
        ? new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)
        : "";
    for (String pair : ((query == null ? "" : query) + "&" + body).split("&")) {
      if (pair.isEmpty()) continue;
      String[] parts = pair.split("=", 2);
      String value = parts.length > 1 ? URLDecoder.decode(parts[1], StandardCharsets.UTF_8) : "";
      all.computeIfAbsent(URLDecoder.decode(parts[0], StandardCharsets.UTF_8), key -> new ArrayList<>()).add(value);
    }
    return all;
  }

  private static String only(Map<String, List<String>> parameters, String name) {
    var values = parameters.get(name);
    return values == null ? null : values.get(0);
  }

  private static String required(Map<String, List<String>> parameters, String name) {
    String value = only(parameters, name);
    if (value == null) throw new Fault(400, "The parameter " + name + " is missing.");
    return value;
  }
}
