/** What a soak says about availability, as pure functions of what was seen. */

/**
 * Upper bound of a failure rate after `failures` in `trials` independent trials (Clopper and Pearson, Biometrika 1934):
 * the rate at which so few failures, or fewer, would be seen with the probability 1 - confidence. One-sided.
 * Without a failure it is about 3 / trials at 95 %.
 */
export function failureBound(failures: number, trials: number, confidence = 0.95): number {
  if (trials === 0 || failures >= trials) return 1;
  let [low, high] = [failures / trials, 1];
  // Bisection to the last bit: P(X <= failures) falls with the rate.
  for (let step = 0; step < 200 && high - low > Number.EPSILON * high; step++) {
    const middle = (low + high) / 2;
    if (atMost(failures, trials, middle) > 1 - confidence) low = middle;
    else high = middle;
  }
  return high;
}

/** P(X <= k) of the binomial distribution, which is the incomplete beta function I(1 - p; n - k, k + 1). */
function atMost(k: number, n: number, p: number): number {
  return incompleteBeta(1 - p, n - k, k + 1);
}

/** Regularised incomplete beta function by its continued fraction (Press et al., Numerical Recipes, section 6.4). */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  return x < (a + 1) / (a + b + 2) ? (front * fraction(x, a, b)) / a : 1 - (front * fraction(1 - x, b, a)) / b;
}

function fraction(x: number, a: number, b: number): number {
  const notZero = (value: number): number => (Math.abs(value) < 1e-300 ? 1e-300 : value);
  let c = 1;
  let d = 1 / notZero(1 - ((a + b) * x) / (a + 1));
  let result = d;
  for (let m = 1; m <= 100_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / notZero(1 + even * d);
    c = notZero(1 + even / c);
    result *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / notZero(1 + odd * d);
    c = notZero(1 + odd / c);
    result *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return result;
}

/** Lanczos' approximation with g = 7 and nine terms, good to 15 digits. */
const LANCZOS = [
  0.999_999_999_999_809_93, 676.520_368_121_885_1, -1259.139_216_722_402_8, 771.323_428_777_653_13,
  -176.615_029_162_140_59, 12.507_343_278_686_905, -0.138_571_095_265_720_12, 9.984_369_578_019_571_6e-6,
  1.505_632_735_149_311_6e-7,
] as const;

/** @param x 1 or more */
function logGamma(x: number): number {
  const base = x + 6.5;
  const series = LANCZOS.reduce((sum, term, i) => (i === 0 ? term : sum + term / (x - 1 + i)), 0);
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(base) - base + Math.log(series);
}

/** Slope of the straight line through the points with the least sum of squares; NaN with fewer than two places. */
export function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (of: 0 | 1): number => points.reduce((sum, point) => sum + point[of], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const along = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0);
  const across = points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
  return across === 0 ? Number.NaN : along / across;
}

/**
 * Means over whole periods, counted back from the end: what comes and goes with the period is not in them.
 * @returns the middle of each period with the mean of its points; none for periods without points
 */
export function periodMeans(
  points: readonly (readonly [x: number, y: number])[],
  period: number,
  [from, to]: readonly [from: number, to: number],
): (readonly [x: number, y: number])[] {
  const whole = Math.floor((to - from) / period);
  return Array.from({ length: whole }, (_, i) => to - (whole - i) * period).flatMap((start) => {
    const ys = points.filter(([x]) => x >= start && x < start + period).map(([, y]) => y);
    return ys.length === 0 ? [] : [[start + period / 2, ys.reduce((sum, y) => sum + y, 0) / ys.length] as const];
  });
}

/** Requests of one second, by the second in which they were due. */
export interface Second {
  readonly requests: number;
  readonly failed: number;
}

/** Seconds in a row in each of which a request failed. */
export interface Outage {
  /** First second. */
  readonly at: number;
  readonly seconds: number;
  readonly failed: number;
}

export function outages(seconds: readonly Second[]): Outage[] {
  const found: Outage[] = [];
  let open: { at: number; seconds: number; failed: number } | null = null;
  seconds.forEach(({ failed }, at) => {
    if (failed === 0) {
      open = null;
      return;
    }
    if (open === null) found.push((open = { at, seconds: 0, failed: 0 }));
    open.seconds++;
    open.failed += failed;
  });
  return found;
}

/** Windows of one alert: it fires when both burn the error budget faster than `rate` times. */
export interface BurnWindows {
  readonly rate: number;
  readonly longSeconds: number;
  readonly shortSeconds: number;
}

/** How one alert would have gone. */
export interface Burn {
  /** Highest burn rate that both windows had at once. */
  readonly worst: number;
  /** Second at whose end the alert would have fired; null when it would not. */
  readonly firedAt: number | null;
}

/** @param budget share of requests that may fail, e.g. .0005 for 99.95 % */
export function burn(seconds: readonly Second[], windows: BurnWindows, budget: number): Burn {
  const long = burnRates(seconds, windows.longSeconds, budget);
  const short = burnRates(seconds, windows.shortSeconds, budget);
  const both = long.map((rate, at) => Math.min(rate, short[at] ?? 0));
  const fired = both.findIndex((rate) => rate >= windows.rate);
  return { worst: Math.max(0, ...both), firedAt: fired < 0 ? null : fired };
}

/** Burn rate of the window that ends with each second; at the beginning, of as much of it as there is. */
function burnRates(seconds: readonly Second[], length: number, budget: number): number[] {
  let requests = 0;
  let failed = 0;
  return seconds.map((second, at) => {
    requests += second.requests;
    failed += second.failed;
    const gone = seconds[at - length];
    if (gone) {
      requests -= gone.requests;
      failed -= gone.failed;
    }
    return requests === 0 ? 0 : failed / requests / budget;
  });
}

/** A request that failed: when it was due. */
export interface Failure {
  readonly atMs: number;
}

/** Failures that are no further apart, ms, are of one outage: in between nobody could rely on anything. */
const SAME_OUTAGE_MS = 1000;

/**
 * The longest outage of each fault: from the first to the last of its failures that follow each other within a second,
 * until the next request was due; 0 when none failed. A failure belongs to the fault that came last before it.
 * @param failures by their time
 * @param faults when each began, ms, ascending
 * @param intervalMs between two requests
 */
export function repairTimes(failures: readonly Failure[], faults: readonly number[], intervalMs: number): number[] {
  return faults.map((from, i) => {
    const to = faults[i + 1] ?? Number.POSITIVE_INFINITY;
    let longest = 0;
    let [first, last] = [Number.NaN, Number.NEGATIVE_INFINITY];
    for (const { atMs } of failures) {
      if (atMs < from || atMs >= to) continue;
      if (atMs - last > SAME_OUTAGE_MS) first = atMs;
      last = atMs;
      longest = Math.max(longest, last - first + intervalMs);
    }
    return longest;
  });
}
