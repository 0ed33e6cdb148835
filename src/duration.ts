/** Seconds in words, the same on screens, in failures and in reports: '6.3 s', '2 min 03 s'. */
export function formatDuration(seconds: number): string {
  // 59.97 would round to "60.0 s".
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}
