"""What a selection asks for: CSS, XPath, regex and JMESPath, read and checked. No tree is known here.

select      what finds in a page: regex and JMESPath, and what all selectors share
breaks      where a text for a number goes from one element to the next
patterns    a pattern of any language checked
css         what a CSS selector asks for
css_reader  a CSS selector read, or its mistake with its place
css_signs   the signs that it is written in
css_xpath   a CSS selector said in XPath
namespaces  prefixes of XML
html_names  names that selectors on HTML treat in a way of their own
xpath       what an XPath may say, and its functions
"""

__all__ = ["breaks", "css", "css_reader", "css_xpath", "html_names", "namespaces", "patterns", "select", "xpath"]
