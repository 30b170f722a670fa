; Offers the app under "Open with" for ZIPs. What opens a ZIP by default stays as it is.
!macro NSIS_HOOK_POSTINSTALL
  WriteRegStr SHCTX "Software\Classes\NodeWardenDesk.Zip" "" "NodeWarden backup"
  WriteRegStr SHCTX "Software\Classes\NodeWardenDesk.Zip\shell\open\command" "" '"$INSTDIR\${MAINBINARYNAME}.exe" "%1"'
  WriteRegStr SHCTX "Software\Classes\.zip\OpenWithProgids" "NodeWardenDesk.Zip" ""
!macroend

!macro NSIS_HOOK_POSTUNINSTALL
  DeleteRegKey SHCTX "Software\Classes\NodeWardenDesk.Zip"
  DeleteRegValue SHCTX "Software\Classes\.zip\OpenWithProgids" "NodeWardenDesk.Zip"
!macroend
