/** What a front page says that is not the site's own: read by both sides. Pure. */

const installer = /\/(?:wp-admin\/(?:install|setup-config)|core\/install|install)\.php$|\/installe?r?\/?$/;

/** By the path that the front page led to. */
export const isInstaller = (path: string) => installer.test(path);

const noDatabase =
  /Error establishing a database connection|database server (?:is|could be) (?:not |un)|SQLSTATE\[HY000\] \[\d+\]|Unable to connect to (?:the )?database/i;

export const saysNoDatabase = (body: string) => noDatabase.test(body);
