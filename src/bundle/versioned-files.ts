/**
 * Files of the code whose name says which version they are: `app.3f9a2b1c.css`, `index-DiwrgTda.js`, `jquery-3.7.1.min.js`. Another version has
 * another name, so a page of one release asks for files that another release does not have (docs/cdn.md). The pattern is one for nginx and for
 * JavaScript, of an address; it has no letters that an address would encode.
 */

/** Styles, scripts and fonts: a digit in the name, or a word of both cases. */
const code = String.raw`[\w.-]*(?:\d|[a-z][A-Z]|[A-Z][a-z])[\w.-]*\.(?:css|m?js|woff2?)`;
/** Images: only what looks like a hash, since photographs have numbers too. */
const hash = String.raw`(?=[\w-]*\d)(?=[\w-]*[a-z])(?:[0-9a-f]{8,}|(?=[\w-]*[A-Z])[\w-]{8,})`;
const image = String.raw`(?:[\w.-]*[._-])?${hash}\.(?:svg|png|jpe?g|gif|webp|avif|ico)`;

export const versionedFile = `^/(?:[\\w.-]+/)*(?:${code}|${image})$`;
