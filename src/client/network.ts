/** In a picture of a network, shows what is tied to the node under the pointer. Links work without it. */

for (const picture of document.querySelectorAll<SVGElement>('svg.network')) {
  const ties = [...picture.querySelectorAll<SVGElement>('[data-from]')];
  const nodes = [...picture.querySelectorAll<SVGElement>('[data-node]')];

  const show = (node: string | undefined): void => {
    const near = new Set([node]);
    for (const tie of ties) {
      const { from, to } = tie.dataset;
      const held = from === node || to === node;
      tie.classList.toggle('near', held);
      if (held) near.add(from).add(to);
    }
    for (const each of nodes) each.classList.toggle('near', near.has(each.dataset['node']));
    picture.classList.toggle('looking', node !== undefined);
  };

  for (const node of nodes) {
    node.addEventListener('pointerenter', () => show(node.dataset['node']));
    node.addEventListener('pointerleave', () => show(undefined));
  }
}
