"""Reports: from one ``report.json`` to terminal, Markdown, HTML, JUnit XML and Allure results."""
