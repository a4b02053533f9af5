/** What an XML document begins with. */
export const xmlDeclaration = '<?xml version="1.0" encoding="UTF-8"?>\n';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

// No reader takes a document that has them, escaped or not (XML 1.0, section 2.2).
const refused = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

/** A text as it stands in an element or an attribute. What XML has no form for is left out. */
export const escapeXml = (text: string): string =>
  text.replace(refused, '').replace(/[&<>"']/g, (sign) => entities[sign] as string);
