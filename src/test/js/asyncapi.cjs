// What the official parser says of an AsyncAPI document, one finding a line; nothing where it is as it should be.
// To be run where the package is: node asyncapi.cjs <document>
const { Parser, fromFile } = require('@asyncapi/parser');

// Of use to nobody here: that there is a newer version of the specification.
const IGNORED = new Set(['asyncapi-latest-version']);

fromFile(new Parser(), process.argv[2])
  .parse()
  .then(({ document, diagnostics }) => {
    for (const each of diagnostics.filter((each) => !IGNORED.has(each.code))) {
      console.log(`${each.code} at ${each.path.join('/')}: ${each.message}`);
    }
    if (!document) {
      console.log('no document');
    }
  });
