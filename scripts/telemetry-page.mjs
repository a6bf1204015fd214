// What docs/telemetry.md takes from code: the Avro schema of telemetry and its fingerprint. All else on that page is written by hand.
import { schemaFingerprint, telemetrySchema, telemetryType } from '@tocsin/schemas';

/**
 * The page with both as they are now. Throws where it has no place for them.
 * @param {string} page @returns {string}
 */
export function telemetryPage(page) {
  const schema = `\`\`\`json\n${JSON.stringify(telemetrySchema, null, 2)}\n\`\`\``;
  const fingerprint = (schemaFingerprint(telemetryType).toString('hex').match(/../g) ?? []).join(' ');
  const described = replaced(page, /(<!-- schema: begin[^>]*-->\n)[^]*?(<!-- schema: end -->)/, `$1${schema}\n$2`);
  return replaced(described, /(?:`[0-9a-f ]{23}` )?(<!-- fingerprint -->)/, `\`${fingerprint}\` $1`);
}

/** @param {string} text @param {RegExp} place @param {string} by @returns {string} */
function replaced(text, place, by) {
  if (!place.test(text)) throw new Error(`docs/telemetry.md has no place that looks like ${place}`);
  return text.replace(place, by);
}
