/** A clock that is wrong here: AWS takes no request of another time, and a lock of promote would end too early or too late. */
import { formatDuration } from '../../../duration.ts';
import { UserError } from '../../../errors.ts';

/** Milliseconds. AWS refuses from 5 minutes on (S3 from 15). */
const tolerated = 4 * 60_000;

export const isWrong = (ahead: number) => Math.abs(ahead) >= tolerated;

/** `ahead`: milliseconds by which this computer's clock is before AWS's; negative where it is behind. */
export function wrongClock(ahead: number, cause?: unknown): UserError {
  const by = `${inWords(Math.abs(ahead) / 1000)} ${ahead > 0 ? 'ahead of' : 'behind'}`;
  return new UserError(`This computer's clock is ${by} AWS's.`, { hint: setClock, cause });
}

/** A certificate that is not valid today: by all experience it is the day that is wrong. */
export function wrongDay(host: string, cause: unknown): UserError {
  const said = `This computer's clock says ${new Date().toISOString().slice(0, 16)}Z, and then the certificate of ${host} is not valid.`;
  return new UserError(said, { hint: `if that is not the time now: ${setClock}`, cause });
}

/** In a virtual machine, as WSL is one, the clock stands still while the computer sleeps. */
const setClock =
  process.platform === 'darwin'
    ? 'sudo sntp -sS time.apple.com'
    : 'sudo timedatectl set-ntp true   (in WSL: sudo hwclock -s)';

/** What AWS says of both times, in its refusal of a signature; undefined: it is not about time. */
export function aheadBy(error: { message?: string; RequestTime?: string; ServerTime?: string }): number | undefined {
  const [, ours, theirs] =
    /Signature (?:expired|not yet current): (\w+) is .* \((\w+) [-+]/.exec(error.message ?? '') ?? [];
  const difference = timeOf(ours ?? error.RequestTime) - timeOf(theirs ?? error.ServerTime);
  return Number.isNaN(difference) ? undefined : difference;
}

/** 20261129T010716Z, or as any other date. */
const timeOf = (text = '') =>
  Date.parse(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));

/** Hours and days too. */
function inWords(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return formatDuration(seconds);
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24];
  return days > 0 ? `${days} d ${hours} h` : `${hours} h ${String(minutes % 60).padStart(2, '0')} min`;
}
