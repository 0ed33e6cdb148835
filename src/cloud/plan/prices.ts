/**
 * List prices in US dollars, on demand, Linux, without tax; per hour unless it says otherwise. They were collected offline: each was taken only
 * where others quote AWS's price list (pricing.us-east-1.amazonaws.com/offers) and agree. What is not here has no price: better none than a guess.
 *
 * - EC2, gp3, public IPv4: the price list of 2026-10-08; t3 and the small t4g as several quote it, t4g in eu-west-1 from a bill too.
 * - NAT gateway: the price list of 2026-09-25. Load balancer: bills.
 * - ElastiCache in us-east-1: the price list of 2026-10-02. Nobody was found who quotes it for eu-west-1.
 * - RDS for MySQL and MariaDB in us-east-1: HashiCorp's tests of 2024-02-02 and others; in eu-west-1 db.t4g.small from a bill of 2026, its
 *   gp3 from the price list of September 2026. Nobody was found who quotes db.m7g in eu-west-1.
 * - A GB of logs: tables of 2025 and 2026 that quote the price list.
 * - Keys, secrets, zones, metrics and alarms cost the same everywhere; that an account's first ten metrics and alarms cost nothing is not counted.
 */
export const pricesOf = 'AWS list prices of October 2026, as others published them';

/** Multi-AZ is twice the price: class and storage alike. */
export const databaseCopies = 2;

const everywhere = {
  'public IPv4': 0.005,
  /** A month each. */
  'KMS key': 1,
  secret: 0.4,
  'hosted zone': 0.5,
  metric: 0.3,
  /** For each metric that an alarm looks at. */
  alarm: 0.1,
};

/** Region → type or item → price. `gp3` and `db gp3`: a GB and month; `logged`: a GB. */
export const prices: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'us-east-1': {
    ...everywhere,
    ...{ 't3.micro': 0.0104, 't3.small': 0.0208, 't3.medium': 0.0416 },
    ...{ 't4g.micro': 0.0084, 't4g.small': 0.0168, 't4g.medium': 0.0336 },
    ...{ 'm7i.large': 0.1008, 'm7i.xlarge': 0.2016, 'm7g.large': 0.0816, 'm7g.xlarge': 0.1632 },
    ...{ 'db.t4g.small': 0.032, 'db.m7g.large': 0.168, 'db.m7g.xlarge': 0.337 },
    ...{ 'cache.t4g.micro': 0.016, 'cache.t4g.medium': 0.065, 'cache.m7g.large': 0.158 },
    ...{ 'NAT gateway': 0.045, 'load balancer': 0.0225, gp3: 0.08, 'db gp3': 0.115, logged: 0.5 },
  },
  'eu-west-1': {
    ...everywhere,
    ...{ 't3.micro': 0.0114, 't3.small': 0.0228, 't3.medium': 0.0456 },
    ...{ 't4g.micro': 0.0092, 't4g.small': 0.0184, 't4g.medium': 0.0368 },
    ...{ 'm7i.large': 0.11235, 'm7i.xlarge': 0.2247, 'm7g.large': 0.091, 'm7g.xlarge': 0.1819 },
    ...{ 'db.t4g.small': 0.035 },
    ...{ 'NAT gateway': 0.048, 'load balancer': 0.0252, gp3: 0.088, 'db gp3': 0.127, logged: 0.57 },
  },
};

/** Priced per month, not per hour. */
export const monthly: ReadonlySet<string> = new Set([
  ...['gp3', 'db gp3', 'KMS key', 'secret', 'hosted zone', 'metric', 'alarm'],
]);

export const hoursAMonth = 730;
