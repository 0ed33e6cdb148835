/** A form of a page, as a browser without scripts sends it: all that is filled in already, what is typed, one button. Pure. */
interface Typed {
  fields?: Record<string, string>;
  /** Name of the button; the only one without a name else. */
  button: string;
  file?: { field: string; name: string; type: string; bytes: Buffer };
}

export interface Sent {
  path: string;
  headers: Record<string, string>;
  body: Buffer;
}

/** `id`: of the form, or how it begins. */
export function fillIn(html: string, id: string, { fields = {}, button, file }: Typed): Sent {
  const form = [...html.matchAll(/<form\b[\s\S]*?<\/form>/g)]
    .map(([text]) => text)
    .find((text) => attribute(text, 'id')?.startsWith(id));
  if (!form) throw new Error(`no form ${id} in:\n${html.slice(0, 3000)}`);
  const values = new Map<string, string>();
  for (const [tag] of form.matchAll(/<input\b[^>]*>/g)) {
    const [name, type = 'text', value = ''] = ['name', 'type', 'value'].map((each) => attribute(tag, each));
    const isSent = type === 'submit' ? name === button : !/^(?:checkbox|radio)$/.test(type) || /\schecked\b/.test(tag);
    if (name && isSent && type !== 'file' && type !== 'image' && (type !== 'submit' || !values.has(name)))
      values.set(name, value);
  }
  for (const [, tag = '', text = ''] of form.matchAll(/<textarea\b([^>]*)>([\s\S]*?)<\/textarea>/g))
    values.set(attribute(tag, 'name') ?? '', decoded(text));
  for (const [, tag = '', options = ''] of form.matchAll(/<select\b([^>]*)>([\s\S]*?)<\/select>/g)) {
    const all = [...options.matchAll(/<option\b[^>]*>/g)].map(([text]) => text);
    const chosen = all.find((text) => /\sselected\b/.test(text)) ?? (/\smultiple\b/.test(tag) ? undefined : all[0]);
    if (chosen !== undefined) values.set(attribute(tag, 'name') ?? '', attribute(chosen, 'value') ?? '');
  }
  for (const [name, value] of Object.entries(fields)) values.set(name, value);
  const boundary = 'a-form-of-the-tests';
  const part = (head: string, content: Buffer | string) => [
    `--${boundary}\r\nContent-Disposition: form-data; ${head}\r\n\r\n`,
    content,
    '\r\n',
  ];
  const parts = [
    ...[...values].flatMap(([name, value]) => part(`name="${name}"`, value)),
    ...(file ? part(`name="${file.field}"; filename="${file.name}"\r\nContent-Type: ${file.type}`, file.bytes) : []),
    `--${boundary}--\r\n`,
  ];
  return {
    path: attribute(form, 'action') || '/',
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    body: Buffer.concat(parts.map((each) => Buffer.from(each as string))),
  };
}

function attribute(tag: string, name: string): string | undefined {
  const found = new RegExp(`\\s${name}="([^"]*)"`).exec(tag.slice(0, tag.indexOf('>') + 1 || undefined));
  return found?.[1] === undefined ? undefined : decoded(found[1]);
}

const decoded = (text: string) =>
  text
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#0?39;/g, "'")
    .replace(/&amp;/g, '&');
