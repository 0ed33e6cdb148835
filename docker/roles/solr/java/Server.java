import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import javax.servlet.DispatcherType;
import org.apache.solr.core.CoreContainer;
import org.apache.solr.servlet.CoreContainerProvider;
import org.apache.solr.servlet.SolrDispatchFilter;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.servlet.FilterHolder;
import org.eclipse.jetty.servlet.ServletContextHandler;
import org.eclipse.jetty.servlet.ServletHolder;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * Solr's HTTP API on Jetty, set up as by Solr's own web.xml: a listener and a filter. Without the admin UI (no package has it), and with a
 * filter in front (RequestFilter.java). SIGTERM ends it in order: no new requests, then every core is committed and closed.
 */
public final class Server {
  public static void main(String[] args) throws Exception {
    var server = new org.eclipse.jetty.server.Server(new QueuedThreadPool(200, 4));
    var http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(65536); // a query with many facets is long
    var connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
    connector.setPort(8983);
    connector.setIdleTimeout(60_000);
    server.addConnector(connector);

    var solr = new ServletContextHandler();
    solr.setContextPath("/solr");
    solr.addFilter(new FilterHolder(new RequestFilter(args[0])), "/*", EnumSet.of(DispatcherType.REQUEST));
    var cores = new AtomicReference<CoreContainer>();
    solr.addEventListener(
        new CoreContainerProvider() {
          @Override
          protected CoreContainer createCoreContainer(Path home, Properties properties) {
            cores.set(super.createCoreContainer(home, properties));
            return cores.get();
          }
        });
    solr.addFilter(SolrDispatchFilter.class, "/*", EnumSet.of(DispatcherType.REQUEST));
    solr.addServlet(new ServletHolder(new org.eclipse.jetty.servlet.NoJspServlet()), "/*"); // everything else: 404
    server.setHandler(solr);
    server.setStopAtShutdown(true);
    server.setStopTimeout(10_000);
    server.start();
    // Without its core Solr is of no use: it exits, so that the machine's state and log show why.
    cores.get().waitForLoadingCoresToFinish(600_000);
    for (var failure : cores.get().getCoreInitFailures().values()) {
      System.err.println("solr: " + Check.cause(failure.exception));
      System.exit(1);
    }
    server.join();
  }
}
