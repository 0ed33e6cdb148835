import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import javax.servlet.Filter;
import javax.servlet.FilterChain;
import javax.servlet.ServletException;
import javax.servlet.ServletRequest;
import javax.servlet.ServletResponse;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;

/** Allows from the network only the lines "METHOD /path" of a file, and everything from this machine itself. */
final class RequestFilter implements Filter {
  private final Set<String> open = new HashSet<>();

  RequestFilter(String file) throws IOException {
    for (String line : Files.readAllLines(Path.of(file))) {
      if (!line.isBlank() && !line.startsWith("#")) open.add(line.strip());
    }
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain next) throws IOException, ServletException {
    var asked = (HttpServletRequest) request;
    // The path as Solr itself reads it: decoded, without parameters.
    var path = asked.getServletPath() + (asked.getPathInfo() == null ? "" : asked.getPathInfo());
    if (open.contains(asked.getMethod() + " " + path) || InetAddress.getByName(asked.getRemoteAddr()).isLoopbackAddress()) {
      next.doFilter(request, response);
    } else {
      ((HttpServletResponse) response).sendError(403, "Allowed only from this machine itself: see etc/solr/allowlist.txt");
    }
  }
}
