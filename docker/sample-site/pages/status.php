<?php
require __DIR__ . '/../lib/status.php';

header('Cache-Control: no-store');
$status = status();
$rows = '';
foreach ($status['features'] as $name => ['ok' => $ok, 'ms' => $ms, 'detail' => $detail]) {
    [$class, $word] = $ok ? ['good', 'works'] : ['bad', 'fails'];
    $rows .= '<tr><th scope="row">' . h($name) . "</th><td class=\"$class\">$word</td><td>" . h($detail) . "</td><td class=\"number\">$ms ms</td></tr>";
}
page($status['ok'] ? 'Everything works' : 'Something does not work', "<p>Each row was tested just now, with a real round trip. For programs: <a href=\"/status.json\">status.json</a>.</p><table>$rows</table>");
