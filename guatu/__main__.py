from guatu.site.cli import main

main()
