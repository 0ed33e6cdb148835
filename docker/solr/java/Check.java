import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.solr.core.CoreContainer;

/** ROOT/etc/solr, HOME: makes the core of these files in a new, empty home. Says what Solr says and ends with 1 if it cannot. */
public final class Check {
  public static void main(String[] args) throws Exception {
    var configs = Path.of(args[0]).toAbsolutePath();
    var home = Path.of(args[1]);
    System.setProperty("solr.configs", configs.toString());
    Files.copy(configs.resolve("solr.xml"), home.resolve("solr.xml"));
    Files.createDirectory(home.resolve("site"));
    Files.writeString(home.resolve("site/core.properties"), "name=site\nconfigSet=site\n");
    var failed = 0;
    try {
      var solr = CoreContainer.createAndLoad(home);
      solr.waitForLoadingCoresToFinish(30_000);
      for (var failure : solr.getCoreInitFailures().values()) {
        failed = 1;
        for (Throwable cause = failure.exception; cause != null; cause = cause.getCause()) System.err.println(cause.getMessage());
      }
      if (solr.getAllCoreNames().isEmpty()) failed = 1;
    } catch (Exception problem) {
      failed = 1;
      for (Throwable cause = problem; cause != null; cause = cause.getCause()) System.err.println(cause.getMessage());
    }
    Runtime.getRuntime().halt(failed); // nothing here is worth an orderly end
  }
}
