/** The units of AWS License Manager; a test compares them with the core's. */
const UNIT = /^(None|Percent|(Micros|Millis|S)econds|(Count|B(ytes|its)|(Kilo|Mega|Giga|Tera)b(ytes|its))(\/Second)?)$/;

export const isUnit = (unit) => typeof unit === "string" && UNIT.test(unit);
