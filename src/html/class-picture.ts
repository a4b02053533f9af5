import type { Term } from '../publish/ontology.ts';

/**
 * The classes of an ontology as a tree, as SVG: an arrow leads from a class to its superclass, each box to its place on
 * the page. Superclasses of other vocabularies stand in dashed boxes. `name` and `outsideName` give
 * what is written in a box.
 */
export async function drawClasses(
  terms: readonly Term[],
  subClassOf: string,
  name: (iri: string) => string,
  outsideName: (iri: string) => string,
): Promise<string> {
  const classes = terms.filter(({ kind }) => kind === 'class');
  const own = new Set(classes.map(({ iri }) => iri));
  const edges = classes.flatMap(({ iri, links }) => (links.get(subClassOf) ?? []).map((head) => ({ tail: iri, head })));
  const outside = new Set(edges.map(({ head }) => head).filter((iri) => !own.has(iri)));
  // It is large, and only this page needs it.
  const { instance } = await import('@viz-js/viz');
  const viz = await instance();
  const svg = viz.renderString(
    {
      directed: true,
      graphAttributes: { rankdir: 'RL', nodesep: 0.08, ranksep: 0.6, bgcolor: 'transparent' },
      nodeAttributes: {
        shape: 'box',
        fontname: 'sans-serif',
        fontsize: 11,
        height: 0.25,
        margin: '0.1,0.03',
        style: 'rounded',
      },
      edgeAttributes: { arrowsize: 0.6 },
      nodes: [
        ...classes.map(({ iri }) => ({ name: iri, attributes: { label: name(iri), URL: `#${iri.split('#')[1]}` } })),
        ...[...outside].map((iri) => ({ name: iri, attributes: { label: outsideName(iri), style: 'rounded,dashed' } })),
      ],
      edges,
    },
    { format: 'svg' },
  );
  // Drawn in the colour of the text, so that it reads in light and dark alike.
  return svg
    .slice(svg.indexOf('<svg'))
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/(stroke|fill)="black"/g, '$1="currentColor"')
    .replace(/<text /g, '<text fill="currentColor" ')
    .replace(/xlink:href/g, 'href')
    .replace(/<title>[^<]*<\/title>\n?/g, '');
}
