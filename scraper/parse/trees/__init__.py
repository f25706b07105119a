"""Pages as trees: one parser a module, what is found in each tree, and what it says as text or HTML.

parsers         the parsers that there are: what makes, searches and reads a tree
html5           the tree of the HTML standard, by turbohtml
form_owners     the forms of a page, each with the controls that are its own
tree            lxml's tree of HTML, mended
soup            BeautifulSoup's
xml             feeds and sitemaps
attributes      tags of thousands of attributes, refused
characters      those that no tree of lxml's takes
template        what templates hold, kept out of a page
serialize       elements of lxml's trees as the standard writes them
html5_select    CSS and XPath on turbohtml's tree
lxml_select     CSS and XPath on lxml's trees
sibling_groups  `with_siblings`
text            the text of an element
hidden          what of it nobody sees
"""

__all__ = ["form_owners", "hidden", "html5", "lxml_select", "parsers", "text"]
