/** One request as a visitor sends it: the status, or why there was no answer. Redirections are answers. */
export async function askUrl(url: string, signal: AbortSignal): Promise<number | string> {
  try {
    const waiting = AbortSignal.any([signal, AbortSignal.timeout(15_000)]);
    const answer = await fetch(url, { redirect: 'manual', signal: waiting });
    await answer.body?.cancel();
    return answer.status;
  } catch (error) {
    return ((error as Error).cause as Error | undefined)?.message ?? (error as Error).message;
  }
}
