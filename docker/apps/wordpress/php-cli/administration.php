<?php
// What WordPress says to people, where several machines with one code need other words: part of settings.php, which has $filter.

// Where the site names no sender of its own, that of the settings: what takes the mail knows no wordpress@….
$filter('wp_mail_from', static fn (string $from): string => str_starts_with($from, 'wordpress@') ? '{{settings.mail.from}}' : $from);

// What people look for in the administration, and cannot have there: a word of why, and how instead.
$notice = static fn (): string =>
    'This site runs on several machines with the same code, which none of them may change. A plugin, a theme or a new version of WordPress is put into '
    . 'the folder of the code: the replica has it at once, or with the next <code>bootdev up</code>; AWS with the next <code>bootdev promote</code>. Here '
    . 'it is switched on and off.';
$mayKnow = static fn (): bool => function_exists('current_user_can') && (current_user_can('activate_plugins') || current_user_can('switch_themes'));
$say = static function ($nothing) use ($notice, $mayKnow) {
    if (in_array($GLOBALS['pagenow'], ['plugins.php', 'themes.php'], true) && $mayKnow()) {
        echo '<div class="notice notice-info"><p>', $notice(), '</p></div>';
    }
    return $nothing;
};
$filter('admin_notices', $say);
$filter('network_admin_notices', $say);
$filter('admin_page_access_denied', static function ($nothing) use ($notice, $mayKnow) {
    $pages = ['plugin-install.php', 'plugin-editor.php', 'theme-install.php', 'theme-editor.php', 'update-core.php'];
    if (in_array($GLOBALS['pagenow'], $pages, true) && $mayKnow()) {
        wp_die($notice(), '', ['response' => 403, 'back_link' => true]);
    }
    return $nothing;
});
// Site Health would call it a fault that WordPress does not update itself; and knows no page cache by its name here.
$filter('site_status_tests', static function (array $tests): array {
    unset($tests['async']['background_updates'], $tests['direct']['plugin_theme_auto_updates']);
    return $tests;
});
$filter('site_status_page_cache_supported_cache_headers', static fn (array $headers): array => $headers + [
    'x-cache' => static fn (string $said): bool => in_array($said, ['HIT', 'STALE', 'UPDATING'], true),
]);
