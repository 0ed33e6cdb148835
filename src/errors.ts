/** Exit codes of the command line, as ux.md names them. */
export const exitCode = {
  done: 0,
  failed: 1,
  /** Wrong usage, a missing answer where nobody can be asked, or a "no". */
  usage: 2,
  /** A plan with something to change. */
  changes: 3,
  /** Cloud credentials are missing or expired. */
  credentials: 4,
  bug: 70,
  interrupted: 130,
} as const;

interface UserErrorOptions {
  /** What to type or do next: one sentence or command. */
  hint?: string;
  cause?: unknown;
  code?: number;
}

/** Something the user can fix. Shown as words without a stack. */
export class UserError extends Error {
  hint: string | undefined;
  readonly code: number;

  constructor(message: string, { hint, cause, code = exitCode.failed }: UserErrorOptions = {}) {
    super(message, { cause });
    this.name = 'UserError';
    this.hint = hint;
    this.code = code;
  }
}

/** The run was stopped by the user (Ctrl-C, SIGTERM). */
export class Interrupted extends UserError {
  constructor(hint?: string) {
    super('Stopped.', { code: exitCode.interrupted, ...(hint ? { hint } : {}) });
    this.name = 'Interrupted';
  }
}

/** A service elsewhere did not answer; it may be working all the same. */
export class NoAnswer extends UserError {}

interface Report {
  text: string;
  code: number;
}

/** Foreign text (file names, programs' words) may be in any message: line ends stay, other control characters do not. */
const printable = (text: string) => text.replace(/[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069]/gu, ' ');

/** Any thrown value as the text for stderr and the exit code for the process. */
export function report(error: unknown): Report {
  if (error instanceof UserError) {
    const lines = [`bootdev: ${error.message}`];
    if (error.hint) lines.push(`  → ${error.hint}`);
    return { text: printable(lines.join('\n')), code: error.code };
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {
    text: printable(
      `bootdev: this is a bug in bootdev, not in your settings.\n${stack}\n  → please report it, with the lines above`,
    ),
    code: exitCode.bug,
  };
}
