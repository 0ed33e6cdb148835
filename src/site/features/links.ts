/** What a front page says of itself: its files, and what it tells search engines and social networks. Pure. */

/** Paths of the page's own files (styles, scripts, pictures) in the page's order, each once. `origin`: of the site, with its port. */
export function filesOf(html: string, origin: string): string[] {
  const found = [...html.matchAll(/\b(?:href|src)\s*=\s*["']([^"']+)["']/gi)].flatMap(([, address = '']) => {
    try {
      const url = new URL(address.replaceAll('&amp;', '&'), `${origin}/`);
      const isFile = /\.(?:css|m?js|png|jpe?g|gif|webp|avif|svg|woff2?)$/i.test(url.pathname);
      return isFile && url.host === new URL(origin).host ? [`${url.pathname}${url.search}`] : [];
    } catch {
      return []; // no address
    }
  });
  return [...new Set(found)];
}

/** Which of the usual ones are there: title, description, canonical, og:title, og:image. */
export function metaOf(html: string): string[] {
  const tags: Record<string, RegExp> = {
    description: /<meta\b[^>]*\bname=["']description["']/i,
    canonical: /<link\b[^>]*\brel=["']canonical["']/i,
    'og:title': /<meta\b[^>]*\bproperty=["']og:title["']/i,
    'og:image': /<meta\b[^>]*\bproperty=["']og:image["']/i,
  };
  return Object.keys(tags).filter((name) => tags[name]?.test(html));
}
