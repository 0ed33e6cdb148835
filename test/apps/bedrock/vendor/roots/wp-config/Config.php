<?php
// Keeps the contract of roots/wp-config: a constant that is there already is an error.
final class Config
{
    private static array $values = [];

    public static function define(string $name, mixed $value): void
    {
        if (defined($name)) {
            throw new Exception("$name is defined elsewhere");
        }
        self::$values[$name] = $value;
    }

    public static function apply(): void
    {
        foreach (self::$values as $name => $value) {
            define($name, $value);
        }
    }
}
