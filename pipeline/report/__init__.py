"""Shows a dataset to people: a page, an article with its mentions, frames for notebooks, plots for papers.

`read` takes rows through the manifests and `figures` counts them. `data` and `page` make the page, `article` the view
of one document, `frames` and `evidence` serve notebooks, `plots` draws for papers. All text of documents passes through
`text`, which marks evidence and makes characters visible that could mislead.
"""
