"""YAML → Job, or every mistake at once with file, line and column.

load → form_reader, or model and messages if the form is wrong → build_job → checks → lint → Job

load            the way from a file to a Job
form_reader     a file whose form is right, read by a table of forms, forms.json
form_table      that table, made of the model
model           what a whole file may say: kinds, output, expectations, settings
model_pages     what it may say of pages: rules, links, kinds
model_fields    what it may say of values: selections, fields
model_steps     what it may say of steps, made of the steps that there are
model_forms     the forms that all of these take: mappings, short forms, lists of one
short_forms     what short forms mean, for both
json_schema     the JSON Schema for editors, made of the model; it lies in schema.json
messages        a wrong key or value in an operator's words
near_words      what may have been meant by a word
environment     ${ENV} filled in
find_secrets    which of the values are secret
build_job       the file's short forms written out: kinds, rules, follow
build_fields    the same for fields and steps
build_actions   the same for what is done in a browser
build_output    the same for the output
build_settings  the same for settings and login
checks          what the parts of a job mean beyond their form: a module a topic
field_types     which type a field's values have
lint            what is legal, but likely not meant
lint_values     the same in patterns, steps and formats
"""

__all__ = ["form_table", "json_schema", "load"]
