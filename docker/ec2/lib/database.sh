# shellcheck shell=bash
# The site's account at the database.

# The site has its own account, since the master's password changes every week. Nothing to do where that account works. A machine that runs
# none of the site's code does this and ends (60-web, AccountGroup): no other machine can read the master's secret.
# shellcheck disable=SC2016 # PHP's own $
make_account='
  ["DB_HOST" => $host, "DB_PORT" => $port, "DB_NAME" => $name, "DB_USER" => $user] = parse_ini_file($argv[1], false, INI_SCANNER_RAW);
  $connect = fn (string $user, string $password, string $database = ""): PDO => new PDO("mysql:host=$host;port=$port;$database", $user, $password, [
    PDO::ATTR_TIMEOUT => 5, PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION, PDO::MYSQL_ATTR_SSL_CA => "/run/secrets/app/db-ca.pem",
  ]);
  $password = file_get_contents("/run/secrets/app/db-password");
  $names = [$name, "{$name}2", "{$name}3"]; // as the replica: data that replaces the present one comes in beside it
  try {
    $grants = implode("\n", $connect($user, $password, "dbname=$name")->query("SHOW GRANTS")->fetchAll(PDO::FETCH_COLUMN));
    if (!array_filter($names, fn ($each) => !str_contains($grants, "`$each`.*"))) exit(0);
  } catch (PDOException) {
  }
  try {
    $master = json_decode((string) file_get_contents($argv[2]), true);
    $db = $connect($master["username"], $master["password"]);
    $account = $db->quote($user) . "@" . $db->quote("%");
    $db->exec("CREATE DATABASE IF NOT EXISTS `$name`");
    $db->exec("CREATE USER IF NOT EXISTS $account IDENTIFIED BY " . $db->quote($password) . " REQUIRE SSL");
    $db->exec("ALTER USER $account IDENTIFIED BY " . $db->quote($password) . " REQUIRE SSL");
    foreach ($names as $each) $db->exec("GRANT ALL ON `$each`.* TO $account");
    try {
      $db->exec("GRANT SHOW_ROUTINE ON *.* TO $account"); // to dump a routine that an administrator made
    } catch (PDOException) { // MariaDB has no such right, and needs none
    }
  } catch (PDOException $error) {
    echo $error->getMessage();
    exit(1);
  }'

prepare_database() {
  [ -f $master ] || return 0
  account() { php -r "$make_account" "/bundle/targets/$1.env" $master >$state/answer; }
  within 300 account "$1" || fail "the database did not accept the site's account: $(cat $state/answer)"
  rm -f $master
}
