<?php
// missing.php FOLDER < IDs: those whose file does not hold what was acknowledged.
while (($id = fgets(STDIN)) !== false) {
    $id = trim($id);
    if (@file_get_contents("$argv[1]/$id") !== hash('sha256', $id)) {
        echo "$id\n";
    }
}
