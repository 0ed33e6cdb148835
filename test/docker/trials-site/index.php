<?php
// A small application that behaves as sites do that were not written for bootdev. Each path is one trial; README.md says what is right.
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
$shared = '/srv/files/public';
$state = fn () => @file_get_contents("$shared/state") ?: 'public';

switch (true) {
    case $path === '/state': // /state?is=public|forbidden|private : what /post is from now on
        file_put_contents("$shared/state", $_GET['is']);
        header('Cache-Control: no-store');
        exit("ok\n");
    case $path === '/post':
        if ($state() === 'forbidden') {
            http_response_code(403);
            exit("not for you\n");
        }
        if ($state() === 'private') header('Cache-Control: private, no-store');
        exit("public text\n");
    case $path === '/campaign': // a redirect that keeps its arguments
        header('Location: /landing?' . $_SERVER['QUERY_STRING'], true, 302);
        exit;
    case $path === '/language':
        header('Vary: Accept-Language');
        exit(substr($_SERVER['HTTP_ACCEPT_LANGUAGE'] ?? '--', 0, 2) . "\n");
    case $path === '/gate': // an age gate: the cookie decides
        if (($_COOKIE['age_ok'] ?? '') !== '1') {
            header('Location: /enter', true, 302);
            exit;
        }
        exit("adults only\n");
    case $path === '/login': // a session under a name of the application's own
        session_name('shopsid');
        session_start();
        $_SESSION['who'] = 'ann';
        exit("in\n");
    case $path === '/who': // who of the session
        session_name('shopsid');
        if (isset($_COOKIE['shopsid'])) session_start();
        exit(($_SESSION['who'] ?? 'anonymous') . "\n");
    case $path === '/hold': // /hold?ms=4000 : keeps a session while others of the same visitor come
        $ok = session_start();
        usleep(1000 * (int) ($_GET['ms'] ?? 0));
        exit(($ok ? 'ok ' : 'lost ') . ($_SESSION['n'] = ($_SESSION['n'] ?? 0) + 1) . "\n");
    case $path === '/session': // /session?do=… : what applications do with sessions
        $counted = fn () => $_SESSION['n'] = ($_SESSION['n'] ?? 0) + 1;
        switch ($_GET['do']) {
            case 'renew': // as at a login: another id, the same session, nothing under the old one
                session_start();
                $counted();
                session_regenerate_id(true);
                exit("{$_SESSION['n']} " . session_id() . "\n");
            case 'empty':
                session_start();
                $_SESSION = [];
                exit('empty ' . session_id() . "\n");
            case 'end':
                session_start();
                exit(session_destroy() ? "ended\n" : "not ended\n");
            case 'large':
                session_start();
                $_SESSION['large'] = random_bytes(3_000_000);
                exit("large\n");
            case 'look':
                session_start(['read_and_close' => true]);
                exit(($_SESSION['n'] ?? 0) . "\n");
            case 'twice':
                session_start();
                $counted();
                session_write_close();
                session_start();
                exit($counted() . "\n");
            case 'files': // an application that decides by itself
                ini_set('session.save_handler', 'files');
                ini_set('session.save_path', '/tmp');
                session_start();
                $counted();
                session_write_close();
                exit((is_file('/tmp/sess_' . session_id()) ? 'in a file' : 'elsewhere') . "\n");
            case 'own':
                session_set_save_handler(new class extends SessionHandler {
                    public function read(string $id): string|false { return 'n|i:41;'; }
                });
                session_start();
                exit($counted() . "\n");
        }
        exit;
    case $path === '/slow': // /slow?s=8 : counts how often PHP really ran
        file_put_contents("$shared/slow.log", gethostname() . "\n", FILE_APPEND);
        sleep((int) ($_GET['s'] ?? 8));
        exit("slow\n");
    case $path === '/never': // may not be stored, takes a second
        header('Cache-Control: no-store');
        sleep(1);
        exit("never\n");
    case $path === '/run': // /run?ms=400 : each run of PHP has an answer of its own
        usleep(1000 * (int) ($_GET['ms'] ?? 0));
        exit(bin2hex(random_bytes(8)) . "\n");
    case $path === '/header': // /header?bytes=15500 or ?count=101
        if (isset($_GET['bytes'])) header('X-Tags: ' . str_repeat('a', (int) $_GET['bytes']));
        for ($i = 0; $i < (int) ($_GET['count'] ?? 0); $i++) header("X-H$i: v");
        exit("headers\n");
    case $path === '/server':
        header('Cache-Control: no-store');
        exit(json_encode(array_intersect_key($_SERVER, array_flip(['HTTPS', 'REQUEST_SCHEME', 'SERVER_PORT', 'HTTP_HOST']))) . "\n");
    case $path === '/upload':
        exit(json_encode(array_map(fn ($f) => [$f['error'], $f['size']], array_values($_FILES))) . "\n");
    default:
        exit("page $path\n");
}
