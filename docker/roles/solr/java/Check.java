import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.solr.core.CoreContainer;

/** CONFIGS HOME: makes a core from these files in an empty home, as Solr itself would. Otherwise prints why not, and exits with 1. */
public final class Check {
  public static void main(String[] args) {
    var problem = problem(Path.of(args[0]).toAbsolutePath(), Path.of(args[1]));
    if (problem != null) System.err.println(problem);
    Runtime.getRuntime().halt(problem == null ? 0 : 1); // nothing here needs an orderly shutdown
  }

  private static Throwable problem(Path configs, Path home) {
    try {
      DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(configs.resolve("log4j2.xml").toFile());
      System.setProperty("solr.configs", configs.toString());
      Files.copy(configs.resolve("solr.xml"), home.resolve("solr.xml"));
      Files.createDirectories(home.resolve("site/conf"));
      Files.createSymbolicLink(home.resolve("site/conf/solrcore.properties"), configs.resolve("site/conf/solrcore.properties")); // as run/solr
      Files.writeString(home.resolve("site/core.properties"), "name=site\nconfigSet=site\n");
      var solr = CoreContainer.createAndLoad(home);
      solr.waitForLoadingCoresToFinish(30_000);
      for (var failure : solr.getCoreInitFailures().values()) return cause(failure.exception);
      return solr.getAllCoreNames().contains("site") ? null : new IllegalStateException("Solr made no core from these files");
    } catch (Exception problem) {
      return cause(problem);
    }
  }

  static Throwable cause(Throwable problem) {
    return problem.getCause() == null ? problem : cause(problem.getCause());
  }
}
