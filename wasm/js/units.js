let units;

/** The units of AWS License Manager; a test compares them with the core's. */
function all() {
  const data = ["Kilo", "Mega", "Giga", "Tera"].flatMap((size) => [`${size}bytes`, `${size}bits`]);
  const rates = ["Bytes", "Bits", "Count", ...data];
  const rest = ["None", "Percent", "Seconds", "Microseconds", "Milliseconds"];
  return new Set([...rest, ...rates, ...rates.map((unit) => `${unit}/Second`)]);
}

export const isUnit = (unit) => (units ??= all()).has(unit);
