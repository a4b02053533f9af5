// Express with nothing behind it: what HTTP alone costs.
import express from 'express';

const app = express();
app.get('/sparql', (_request, response) => {
  response.type('text/plain').send('hello');
});
app.listen(Number(process.env.PORT), '127.0.0.1');
