import type { Language } from './texts.ts';

type Texts = Readonly<Record<Language, string>>;

/** A kind of problem, explained. */
export interface ProblemText {
  /** The status code of answers that have it. */
  readonly status: number;
  readonly title: Texts;
  /** What has happened. */
  readonly meaning: Texts;
  /** What the one who asked can do. */
  readonly action: Texts;
}

/**
 * Every kind of problem that an answer can have. The name of each is the end of the `type` of its problem documents
 * (RFC 9457), and of the address at which it is explained.
 */
export const problemTexts = {
  'bad-request': {
    status: 400,
    title: { en: 'Bad request', nl: 'Onjuist verzoek' },
    meaning: {
      en: 'A part of the request is missing, is given twice, or is not written as it must be.',
      nl: 'Een deel van het verzoek ontbreekt, staat er dubbel in of is niet geschreven zoals het moet.',
    },
    action: {
      en: 'The message of the problem names the part. Mend it and send the request again.',
      nl: 'De melding noemt het deel. Herstel het en stuur het verzoek opnieuw.',
    },
  },
  'wrong-identifier': {
    status: 400,
    title: { en: 'Identifier with a mistake', nl: 'Identificatie met een fout' },
    meaning: {
      en: 'What was asked for looks like an identifier of a registry, but its check digit is wrong or it has a form that the registry does not use.',
      nl: 'Het gevraagde lijkt op een identificatie van een register, maar het controlecijfer klopt niet of het heeft een vorm die dat register niet gebruikt.',
    },
    action: {
      en: 'Compare it with where it comes from, character by character. The message says which check digit would fit; the mistake can be in any other character too.',
      nl: 'Vergelijk het teken voor teken met waar het vandaan komt. De melding zegt welk controlecijfer zou passen; de fout kan ook in elk ander teken zitten.',
    },
  },
  'query-syntax': {
    status: 400,
    title: { en: 'Syntax error in the query', nl: 'Syntaxfout in de zoekvraag' },
    meaning: {
      en: 'The query is not written in SPARQL as its grammar has it.',
      nl: 'De zoekvraag volgt niet de grammatica van SPARQL.',
    },
    action: {
      en: 'The message gives the line and column where reading stopped; the mistake is there or just before it. A prefix that is not declared and a missing bracket are the most common ones.',
      nl: 'De melding geeft de regel en kolom waar het lezen stopte; de fout staat daar of net ervoor. Een prefix die niet is opgegeven en een ontbrekend haakje komen het meest voor.',
    },
  },
  'query-update': {
    status: 400,
    title: { en: 'Update refused', nl: 'Wijziging geweigerd' },
    meaning: {
      en: 'The request asks to change the graph. This service only answers questions about it; nothing has changed.',
      nl: 'Het verzoek wil de graaf wijzigen. Deze dienst beantwoordt alleen vragen erover; er is niets veranderd.',
    },
    action: {
      en: 'Ask with SELECT, ASK, CONSTRUCT or DESCRIBE. The graph is changed by editing its files.',
      nl: 'Stel een vraag met SELECT, ASK, CONSTRUCT of DESCRIBE. De graaf verandert door de bestanden ervan te bewerken.',
    },
  },
  'query-unsupported': {
    status: 400,
    title: { en: 'Not supported in queries', nl: 'Niet ondersteund in zoekvragen' },
    meaning: {
      en: 'The query is correct but uses something that the engine behind this service does not do.',
      nl: 'De zoekvraag klopt, maar gebruikt iets wat de engine achter deze dienst niet kan.',
    },
    action: {
      en: 'The message names it. Write the query without it.',
      nl: 'De melding noemt het. Schrijf de zoekvraag zonder dat onderdeel.',
    },
  },
  'query-too-complex': {
    status: 400,
    title: { en: 'Query too complex', nl: 'Te ingewikkelde zoekvraag' },
    meaning: {
      en: 'The query is longer, is nested more deeply, or has more alternatives than the engine can take without harm to others who use it.',
      nl: 'De zoekvraag is langer, dieper genest of heeft meer alternatieven dan de engine aankan zonder anderen te hinderen.',
    },
    action: {
      en: 'Write it flatter, use VALUES for long lists, or ask in several queries.',
      nl: 'Schrijf de zoekvraag platter, gebruik VALUES voor lange lijsten, of stel meerdere vragen.',
    },
  },
  'query-too-large': {
    status: 400,
    title: { en: 'Answer too large', nl: 'Te groot antwoord' },
    meaning: {
      en: 'The answer would be larger than this service gives at one time. It is not cut off, as nobody would notice that a part is missing.',
      nl: 'Het antwoord zou groter zijn dan deze dienst in één keer geeft. Het wordt niet afgekapt, want dan zou niemand merken dat er een deel ontbreekt.',
    },
    action: {
      en: 'Ask for less of it at a time with ORDER BY, LIMIT and OFFSET, or take the whole graph as a download.',
      nl: 'Vraag steeds een deel met ORDER BY, LIMIT en OFFSET, of haal de hele graaf op als download.',
    },
  },
  'query-too-slow': {
    status: 503,
    title: { en: 'Query stopped: it took too long', nl: 'Zoekvraag gestopt: het duurde te lang' },
    meaning: {
      en: 'The query was stopped when its time was over. Nothing of an answer has been sent.',
      nl: 'De zoekvraag is gestopt toen de tijd om was. Er is niets van een antwoord verstuurd.',
    },
    action: {
      en: 'Add a LIMIT, bind more of its variables, and look for patterns that share no variable: these are combined each with each.',
      nl: 'Voeg een LIMIT toe, leg meer variabelen vast, en zoek naar patronen die geen variabele delen: die worden elk met elk gecombineerd.',
    },
  },
  'query-overloaded': {
    status: 503,
    title: { en: 'Too many queries at this moment', nl: 'Te veel zoekvragen op dit moment' },
    meaning: {
      en: 'So many queries are waiting that another one would wait too long.',
      nl: 'Er wachten zo veel zoekvragen dat er niet nog één bij kan.',
    },
    action: {
      en: 'Try again after the number of seconds in Retry-After.',
      nl: 'Probeer het opnieuw na het aantal seconden in Retry-After.',
    },
  },
  'query-crashed': {
    status: 503,
    title: { en: 'The engine broke over the query', nl: 'De engine is over de zoekvraag gestruikeld' },
    meaning: {
      en: 'The engine that was answering ended, by a fault of its own or for want of memory. Another one has taken its place.',
      nl: 'De engine die antwoord gaf is gestopt, door een eigen fout of gebrek aan geheugen. Een andere heeft de plaats ingenomen.',
    },
    action: {
      en: 'Try once more. If it happens again, make the query smaller, and tell us about it.',
      nl: 'Probeer het nog eens. Gebeurt het weer, maak de zoekvraag dan kleiner en laat het ons weten.',
    },
  },
  'query-closed': {
    status: 503,
    title: { en: 'The service is stopping', nl: 'De dienst stopt' },
    meaning: {
      en: 'The service is being stopped or started anew, and takes no more queries.',
      nl: 'De dienst wordt gestopt of opnieuw gestart en neemt geen zoekvragen meer aan.',
    },
    action: {
      en: 'Try again after the number of seconds in Retry-After.',
      nl: 'Probeer het opnieuw na het aantal seconden in Retry-After.',
    },
  },
  'query-forbidden': {
    status: 403,
    title: { en: 'Another server that may not be asked', nl: 'Een andere server die niet bevraagd mag worden' },
    meaning: {
      en: 'The query asks another server, with SERVICE or FROM, that this service does not pass queries on to.',
      nl: 'De zoekvraag bevraagt met SERVICE of FROM een andere server, waaraan deze dienst geen vragen doorgeeft.',
    },
    action: {
      en: 'Ask that server yourself and combine the answers. The message names the servers that can be asked from here.',
      nl: 'Bevraag die server zelf en voeg de antwoorden samen. De melding noemt de servers die van hieruit bevraagd kunnen worden.',
    },
  },
  'query-remote': {
    status: 502,
    title: { en: 'Another server gave no answer', nl: 'Een andere server gaf geen antwoord' },
    meaning: {
      en: 'The query asks another server, and that gave an error, too much, or nothing in time.',
      nl: 'De zoekvraag bevraagt een andere server, en die gaf een fout, te veel, of niets binnen de tijd.',
    },
    action: {
      en: 'Try again later, or write SERVICE SILENT to do without its part of the answer.',
      nl: 'Probeer het later opnieuw, of schrijf SERVICE SILENT om het zonder dat deel van het antwoord te doen.',
    },
  },
  'engine-failed': {
    status: 502,
    title: { en: 'The database gave no answer', nl: 'De database gaf geen antwoord' },
    meaning: {
      en: 'This server asks another one, its database, for answers. That one cannot be reached, or answered something that cannot be used.',
      nl: 'Deze server haalt antwoorden bij een andere, zijn database. Die is niet bereikbaar, of antwoordde iets wat niet te gebruiken is.',
    },
    action: {
      en: 'Try again in a minute. If it stays, tell who runs this server; the cause is in its log.',
      nl: 'Probeer het over een minuut opnieuw. Blijft het, meld het dan aan de beheerder van deze server; de oorzaak staat in het logboek.',
    },
  },
  'unknown-graph': {
    status: 400,
    title: { en: 'No such graph', nl: 'Die graaf is er niet' },
    meaning: {
      en: 'The request names a graph for the query to use, and the dataset has no graph of that name. With an empty graph in its place, the answer would be wrong without anybody noticing.',
      nl: 'Het verzoek noemt een graaf voor de zoekvraag, en de dataset heeft geen graaf met die naam. Met een lege graaf in plaats daarvan zou het antwoord ongemerkt verkeerd zijn.',
    },
    action: {
      en: 'SELECT DISTINCT ?graph WHERE { GRAPH ?graph { } } lists the graphs that there are.',
      nl: 'SELECT DISTINCT ?graph WHERE { GRAPH ?graph { } } geeft de grafen die er zijn.',
    },
  },
  withdrawn: {
    status: 410,
    title: { en: 'Withdrawn', nl: 'Ingetrokken' },
    meaning: {
      en: 'The graph once described this thing and no longer does. Its IRI stays its own: nothing else will get it.',
      nl: 'De graaf beschreef dit ooit en doet dat niet meer. De IRI blijft ervan: niets anders krijgt hem.',
    },
    action: {
      en: 'The message tells when it was withdrawn and, if there is anything, what has come in its place.',
      nl: 'De melding noemt wanneer het is ingetrokken en wat ervoor in de plaats kwam, als er iets is.',
    },
  },
  'version-gone': {
    status: 410,
    title: { en: 'This version is no longer kept', nl: 'Deze versie wordt niet meer bewaard' },
    meaning: {
      en: 'The address asks a version of the dataset that is not kept here, or never was.',
      nl: 'Het adres bevraagt een versie van de dataset die hier niet of niet meer bewaard wordt.',
    },
    action: {
      en: 'The message and the header Link have the address of the same question to the current version. Its answer may be another one.',
      nl: 'De melding en de header Link geven het adres van dezelfde vraag aan de huidige versie. Het antwoord daarop kan anders zijn.',
    },
  },
  'too-many-changes': {
    status: 400,
    title: { en: 'Too many changes to show', nl: 'Te veel veranderingen om te tonen' },
    meaning: {
      en: 'The two versions differ in more statements than this service compares for a request.',
      nl: 'De twee versies verschillen in meer uitspraken dan deze dienst voor een verzoek vergelijkt.',
    },
    action: {
      en: 'Download both versions and compare them with the command umcnl diff, which knows no such limit.',
      nl: 'Haal beide versies op en vergelijk ze met de opdracht umcnl diff, die zo’n grens niet kent.',
    },
  },
  'not-found': {
    status: 404,
    title: { en: 'Not found', nl: 'Niet gevonden' },
    meaning: {
      en: 'There is nothing at this address.',
      nl: 'Op dit adres is niets.',
    },
    action: {
      en: 'Look it up in the lists on the home page, or ask with SPARQL.',
      nl: 'Zoek het op in de lijsten op de beginpagina, of vraag het met SPARQL.',
    },
  },
  'method-not-allowed': {
    status: 405,
    title: { en: 'Method not allowed', nl: 'Methode niet toegestaan' },
    meaning: {
      en: 'The address is there, but does not take this method. Nobody changes anything over HTTP.',
      nl: 'Het adres bestaat, maar neemt deze methode niet aan. Niemand wijzigt iets via HTTP.',
    },
    action: {
      en: 'Use one of the methods in the header Allow.',
      nl: 'Gebruik een van de methoden in de header Allow.',
    },
  },
  'not-acceptable': {
    status: 406,
    title: { en: 'Not acceptable', nl: 'Niet in dit formaat' },
    meaning: {
      en: 'What is at this address is not to be had in any of the formats that the request accepts.',
      nl: 'Wat op dit adres staat, is er in geen van de formaten die het verzoek accepteert.',
    },
    action: {
      en: 'Choose among those in the message, in the header Accept or with the parameter format.',
      nl: 'Kies uit de formaten in de melding, in de header Accept of met de parameter format.',
    },
  },
  'not-expressible': {
    status: 406,
    title: { en: 'Not to be said in this format', nl: 'Niet uit te drukken in dit formaat' },
    meaning: {
      en: 'The format that is asked for cannot hold what would have to be written, such as a property that is no XML name in RDF/XML.',
      nl: 'Het gevraagde formaat kan niet bevatten wat erin zou moeten, zoals een eigenschap die geen XML-naam is in RDF/XML.',
    },
    action: {
      en: 'Ask for another format, such as Turtle.',
      nl: 'Vraag een ander formaat, zoals Turtle.',
    },
  },
  'precondition-failed': {
    status: 412,
    title: { en: 'Not the file that was meant', nl: 'Niet het bedoelde bestand' },
    meaning: {
      en: 'The request wants an answer only if the file is the one that it names, and it is another.',
      nl: 'Het verzoek wil alleen antwoord als het bestand is wat het noemt, en het is een ander.',
    },
    action: {
      en: 'Ask without the header If-Match or If-Unmodified-Since.',
      nl: 'Vraag het zonder de header If-Match of If-Unmodified-Since.',
    },
  },
  'range-not-satisfiable': {
    status: 416,
    title: { en: 'No such range', nl: 'Dat bereik is er niet' },
    meaning: {
      en: 'The request asks for a part of a file that lies beyond its end.',
      nl: 'Het verzoek vraagt een deel van een bestand dat voorbij het einde ligt.',
    },
    action: {
      en: 'You may have all of it already. The message has the size of the file; its checksum is in the list of downloads.',
      nl: 'Mogelijk is alles er al. De melding noemt de grootte van het bestand; de controlesom staat in de lijst met downloads.',
    },
  },
  'request-timeout': {
    status: 408,
    title: { en: 'Request not finished in time', nl: 'Verzoek niet op tijd klaar' },
    meaning: {
      en: 'The connection was open for a long time, and the request had not ended.',
      nl: 'De verbinding stond lang open, en het verzoek was nog niet klaar.',
    },
    action: { en: 'Send the whole request at once.', nl: 'Stuur het hele verzoek in één keer.' },
  },
  'content-too-large': {
    status: 413,
    title: { en: 'Content too large', nl: 'Te grote inhoud' },
    meaning: {
      en: 'The content of the request is larger than is read here.',
      nl: 'De inhoud van het verzoek is groter dan hier gelezen wordt.',
    },
    action: { en: 'Send a shorter query.', nl: 'Stuur een kortere zoekvraag.' },
  },
  'address-too-long': {
    status: 414,
    title: { en: 'Address too long', nl: 'Te lang adres' },
    meaning: {
      en: 'The address of the request is longer than is read here.',
      nl: 'Het adres van het verzoek is langer dan hier gelezen wordt.',
    },
    action: {
      en: 'Send the query as content, with POST or QUERY.',
      nl: 'Stuur de zoekvraag als inhoud, met POST of QUERY.',
    },
  },
  'header-too-large': {
    status: 431,
    title: { en: 'Header too large', nl: 'Te grote header' },
    meaning: {
      en: 'The address and headers of the request are together larger than is read here.',
      nl: 'Het adres en de headers van het verzoek zijn samen groter dan hier gelezen wordt.',
    },
    action: {
      en: 'Send the query as content, with POST or QUERY, and no headers that are not needed.',
      nl: 'Stuur de zoekvraag als inhoud, met POST of QUERY, en geen headers die niet nodig zijn.',
    },
  },
  'unsupported-media-type': {
    status: 415,
    title: { en: 'Unsupported media type', nl: 'Niet-ondersteund mediatype' },
    meaning: {
      en: 'The content of the request is of a type, charset or coding that is not read here.',
      nl: 'De inhoud van het verzoek heeft een type, tekenset of codering die hier niet gelezen wordt.',
    },
    action: {
      en: 'Send the query as application/sparql-query or as a form, in UTF-8, and say so in Content-Type.',
      nl: 'Stuur de zoekvraag als application/sparql-query of als formulier, in UTF-8, en zeg dat in Content-Type.',
    },
  },
  'too-many-requests': {
    status: 429,
    title: { en: 'Too many requests', nl: 'Te veel verzoeken' },
    meaning: {
      en: 'You have asked more often in a short time than one client may.',
      nl: 'Er is in korte tijd vaker gevraagd dan één client mag.',
    },
    action: {
      en: 'Wait the number of seconds in Retry-After. For all of the data take a download.',
      nl: 'Wacht het aantal seconden in Retry-After. Neem voor alle gegevens een download.',
    },
  },
  'not-ready': {
    status: 503,
    title: { en: 'Not ready', nl: 'Niet gereed' },
    meaning: {
      en: 'The service is starting or stopping, or no worker is there to answer queries. This is what it tells those who watch it.',
      nl: 'De dienst start of stopt, of er is geen worker om zoekvragen te beantwoorden. Dit vertelt zij aan wie haar bewaakt.',
    },
    action: {
      en: 'Send requests elsewhere, and ask again in some seconds.',
      nl: 'Stuur verzoeken ergens anders heen en vraag het over enkele seconden opnieuw.',
    },
  },
  'internal-error': {
    status: 500,
    title: { en: 'Internal error', nl: 'Interne fout' },
    meaning: {
      en: 'Something went wrong here that nobody foresaw. It has been noted.',
      nl: 'Hier ging iets mis wat niemand had voorzien. Het is genoteerd.',
    },
    action: {
      en: 'Try again, and tell us if it stays.',
      nl: 'Probeer het opnieuw, en laat het ons weten als het zo blijft.',
    },
  },
} as const satisfies Readonly<Record<string, ProblemText>>;

/** The name of a kind of problem. */
export type ProblemName = keyof typeof problemTexts;

/** Whether there is a kind of problem of that name. */
export const isProblemName = (name: string): name is ProblemName => Object.hasOwn(problemTexts, name);

/** Words around the texts above. */
export const problemWords = {
  en: {
    problems: 'Problems',
    lead: 'What can go wrong with a request, and what to do then.',
    meaning: 'What has happened',
    action: 'What you can do',
    explained: 'About this kind of problem',
    status: 'Status',
    problem: 'Problem',
  },
  nl: {
    problems: 'Problemen',
    lead: 'Wat er mis kan gaan met een verzoek, en wat je dan kunt doen.',
    meaning: 'Wat er is gebeurd',
    action: 'Wat je kunt doen',
    explained: 'Over dit soort problemen',
    status: 'Status',
    problem: 'Probleem',
  },
} as const satisfies Record<Language, Record<string, string>>;
