// REST Client's way to name a field of an earlier answer, for httpyac, which has another:
// httpyac send thesaurus.http --all
module.exports = {
  configureHooks({ hooks: { replaceVariable } }) {
    const [first] = replaceVariable.items;
    const translated = (text) =>
      typeof text === "string" ? text.replaceAll(/\{\{(\w+)\.response\.body\./g, "{{$1.") : text;
    replaceVariable.addHook("restClient", translated, { before: first ? [first.id] : [] });
  },
};
