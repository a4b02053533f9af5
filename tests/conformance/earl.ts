import type { Outcome } from './run.ts';

/** What was tested. */
export interface Subject {
  readonly name: string;
  readonly version: string;
  readonly description: string;
}

/**
 * A report in W3C's Evaluation and Report Language (EARL 1.0), as Turtle: one assertion a test, in the order of the
 * suites. Its own things have IRIs relative to where the report is published.
 */
export function writeEarl({ name, version, description }: Subject, outcomes: readonly Outcome[], date: Date): string {
  const head = `@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix doap: <http://usefulinc.com/ns/doap#> .
@prefix earl: <http://www.w3.org/ns/earl#> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<>
  a foaf:Document ;
  dcterms:issued "${date.toISOString()}"^^xsd:dateTime ;
  foaf:maker <#maker> ;
  foaf:primaryTopic <#software> ;
.

<#maker>
  a earl:Assertor , foaf:Agent ;
  foaf:name "UMCNL knowledge graph contributors" ;
.

<#software>
  a doap:Project , earl:Software , earl:TestSubject ;
  dcterms:description "${description}"@en ;
  doap:developer <#maker> ;
  doap:name "${name}" ;
  doap:programming-language "TypeScript" ;
  doap:release <#release> ;
.

<#release>
  a doap:Version ;
  doap:revision "${version}" ;
.
`;
  const assertions = outcomes.map(
    ({ test, outcome }) => `[]
  a earl:Assertion ;
  earl:assertedBy <#maker> ;
  earl:mode earl:automatic ;
  earl:result [ a earl:TestResult ; earl:outcome earl:${outcome} ] ;
  earl:subject <#software> ;
  earl:test <${test}> ;
.
`,
  );
  return [head, ...assertions].join('\n');
}
