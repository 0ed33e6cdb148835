<?php
// The texts of the search page: language, page, title, text.
return [
    ['en', '/database', 'The guest book', 'Visitors write their names and words into a table of the database. Every connection is encrypted, and each web machine reads the same entries.'],
    ['en', '/cache', 'Caches in front of PHP', 'Memcached nodes keep what was computed once. Before that, nginx keeps whole pages for a few seconds, so that many visitors cost as little as one.'],
    ['en', '/files', 'Uploaded files', 'A picture that one machine has taken is served by all of them: the files lie on a store that every machine shares.'],
    ['de', '/database', 'Das Gästebuch', 'Besucherinnen und Besucher tragen sich in eine Tabelle der Datenbank ein. Alle Verbindungen sind verschlüsselt, und jeder Webserver liest dieselben Einträge.'],
    ['de', '/cache', 'Zwischenspeicher vor PHP', 'Einmal berechnete Ergebnisse bleiben in den Knoten von Memcached. Davor hält nginx ganze Seiten für einige Sekunden bereit.'],
    ['de', '/files', 'Hochgeladene Dateien', 'Ein Bild, das eine Maschine angenommen hat, liefern alle aus: Die Dateien liegen auf einem gemeinsamen Speicher.'],
    ['fr', '/database', 'Le livre d’or', 'Les visiteurs écrivent leurs noms et leurs mots dans une table de la base de données. Toutes les connexions sont chiffrées, et chaque serveur lit les mêmes entrées.'],
    ['fr', '/cache', 'Les caches devant PHP', 'Les nœuds de Memcached gardent ce qui a été calculé une fois. Avant eux, nginx conserve des pages entières pendant quelques secondes.'],
    ['fr', '/files', 'Les fichiers déposés', 'Une image reçue par une machine est servie par toutes : les fichiers se trouvent sur un stockage partagé.'],
];
