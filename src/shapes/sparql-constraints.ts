/**
 * What validating needs for constraints in SPARQL (W3C SHACL-SPARQL). Loaded when asked for: it brings a query engine
 * along.
 */
export const sparqlConstraints = async (): Promise<object> => (await import('shacl-engine/sparql.js')).validations;
