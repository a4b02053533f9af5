import { owl, skos } from '../rdf/terms.ts';
import { faultOfAddress, faultOfKey } from '../registries/check-links.ts';
import type { Finding } from '../shapes/validate.ts';
import type { Dataset } from './build.ts';
import { type PlacedFinding, placeFindings } from './check.ts';

/** Properties whose values are entries of registries. */
const linking = new Set([
  owl('sameAs'),
  ...['exactMatch', 'closeMatch', 'broadMatch', 'narrowMatch', 'relatedMatch'].map((name) => skos(name)),
]);

/**
 * Checks what a shape cannot: the check digits of every key (`skos:notation`, whose datatype ends in the name of its
 * scheme) and of every address of a registry that something is linked to.
 */
export async function checkIdentifiers(dataset: Dataset): Promise<PlacedFinding[]> {
  const findings = new Map<string, Finding>();
  for (const { subject, predicate, object } of dataset.quads) {
    const isKey = predicate.value === skos('notation') && object.termType === 'Literal';
    if (!isKey && !(linking.has(predicate.value) && object.termType === 'NamedNode')) continue;
    const message = isKey
      ? faultOfKey(object.datatype.value.replace(/^.*[/#]/, ''), object.value)
      : faultOfAddress(object.value);
    if (!message) continue;
    findings.set(`${subject.value} ${object.value}`, {
      severity: 'violation',
      node: subject.value,
      path: predicate.value,
      value: object.value,
      shape: '',
      message,
    });
  }
  return placeFindings([...findings.values()], dataset);
}
