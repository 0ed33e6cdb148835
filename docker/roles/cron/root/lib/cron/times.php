<?php
// When a line of the crontab is due, in UTC, as cronie counts.
namespace bootdev\cron;

final class Times
{
    private const NAMED = [
        '@hourly' => '0 * * * *',
        '@daily' => '0 0 * * *',
        '@midnight' => '0 0 * * *',
        '@weekly' => '0 0 * * 0',
        '@monthly' => '0 0 1 * *',
        '@yearly' => '0 0 1 1 *',
        '@annually' => '0 0 1 1 *',
    ];
    private const NAMES = [
        3 => ['jan' => 1, 'feb' => 2, 'mar' => 3, 'apr' => 4, 'may' => 5, 'jun' => 6, 'jul' => 7, 'aug' => 8, 'sep' => 9, 'oct' => 10, 'nov' => 11, 'dec' => 12],
        4 => ['sun' => 0, 'mon' => 1, 'tue' => 2, 'wed' => 3, 'thu' => 4, 'fri' => 5, 'sat' => 6],
    ];
    private const RANGES = [[0, 59], [0, 23], [1, 31], [1, 12], [0, 7]];

    /** @var list<array<int, true>> minutes, hours, days, months, weekdays */
    private array $fields = [];
    /** A day and a weekday: either of them is enough, unless one begins with a star. */
    private readonly bool $isEither;

    public function __construct(string $when)
    {
        $fields = explode(' ', self::NAMED[strtolower($when)] ?? $when);
        foreach (self::RANGES as $index => $range) {
            $this->fields[] = self::values(strtolower($fields[$index] ?? '*'), $range, self::NAMES[$index] ?? []);
        }
        if (isset($this->fields[4][7])) {
            $this->fields[4][0] = true;
        }
        $this->isEither = !str_starts_with($fields[2] ?? '*', '*') && !str_starts_with($fields[4] ?? '*', '*');
    }

    /** The first full minute that is due, from this second on; null: none in nine years (29 February). */
    public function from(int $from): ?int
    {
        $at = intdiv($from + 59, 60) * 60;
        for ($day = intdiv($at, 86_400) * 86_400; $day < $at + 9 * 366 * 86_400; $day += 86_400) {
            if (!$this->isDay($day)) {
                continue;
            }
            for ($minute = max(0, intdiv($at - $day, 60)); $minute < 1440; $minute++) {
                if (isset($this->fields[1][intdiv($minute, 60)], $this->fields[0][$minute % 60])) {
                    return $day + $minute * 60;
                }
            }
        }
        return null;
    }

    private function isDay(int $day): bool
    {
        [$month, $date, $weekday] = array_map(intval(...), explode(' ', gmdate('n j w', $day)));
        if (!isset($this->fields[3][$month])) {
            return false;
        }
        $isDate = isset($this->fields[2][$date]);
        $isWeekday = isset($this->fields[4][$weekday]);
        return $this->isEither ? $isDate || $isWeekday : $isDate && $isWeekday;
    }

    /** @param array{int, int} $range @param array<string, int> $names @return array<int, true> */
    private static function values(string $field, array $range, array $names): array
    {
        $values = [];
        foreach (explode(',', strtr($field, $names)) as $part) {
            [$span, $step] = explode('/', "$part/1");
            [$first, $last] = $span === '*' ? $range : explode('-', "$span-$span");
            for ($value = (int) $first; $value <= (int) $last; $value += max(1, (int) $step)) {
                $values[$value] = true;
            }
        }
        return $values;
    }
}
